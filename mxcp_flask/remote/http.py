"""HTTP to a server of ours: bounded in time and size, without redirects, over TLS or to this machine only.

The environment's proxies count, but for a server on this machine. Authorities to believe in beside the public ones are
in the file that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests

from mxcp_flask import __version__
from mxcp_flask.errors import RemoteInsecure, RemoteUnexpected, RemoteUnreachable
from mxcp_flask.redirect_uris import LOOPBACK_HOSTS, host_of
from mxcp_flask.request_options import Authorization, proxies_for

CONNECT_SECONDS = 5.0
SECONDS = 15.0
MOST_BYTES = 64 << 20
_FIELD = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    """A complete answer; ``json`` is None when the body is no JSON."""

    status: int
    headers: Mapping[str, str]
    json: Any = field(repr=False)

    @property
    def object(self) -> Mapping[str, Any]:
        """Return the body as an object, which is empty when it is anything else."""
        return self.json if isinstance(self.json, dict) else {}

    @property
    def challenge(self) -> dict[str, str]:
        """Return the fields of WWW-Authenticate (RFC 9110 §11.6.1)."""
        return dict(_FIELD.findall(self.headers.get("WWW-Authenticate", "")))

    @property
    def reason(self) -> str:
        """Return what a refusal says of itself, or its status."""
        error = self.object.get("error")
        own = error.get("message") if isinstance(error, dict) else self.object.get("error_description") or error
        return str(own or f"status {self.status}").rstrip(".")


def send(method: str, url: str, *, seconds: float = SECONDS, token: str | None = None, **body: Any) -> Answer:
    """Send one request and return its answer; ``body`` is as for ``requests``. Raises what ``opened`` raises."""
    require_safe(url)
    with opened(method, url, seconds=seconds, token=token, **body) as response:
        return read(response)


def knock(url: str, *, seconds: float = SECONDS) -> Answer:
    """GET ``url`` without anything that is secret, over http too. Raises RemoteUnreachable, RemoteUnexpected."""
    with opened("GET", url, seconds=seconds) as response:
        return read(response)


def headers_of(url: str) -> Mapping[str, str]:
    """Return the headers with which ``url`` answers, whatever its status. Raises RemoteUnreachable."""
    with _answered("GET", url, SECONDS, None) as response:
        return response.headers


def fetch_json(url: str) -> Mapping[str, Any]:
    """Return the JSON object at ``url``. Raises RemoteUnexpected when there is none, and what ``opened`` raises."""
    answer = send("GET", url)
    if answer.status != 200 or not answer.object:
        raise RemoteUnexpected(url=url, reason=f"no JSON object, but status {answer.status}")
    return answer.object


@contextmanager
def opened(
    method: str, url: str, *, seconds: float = SECONDS, token: str | None = None, **body: Any
) -> Iterator[requests.Response]:
    """Give the answer to one request, whose body is still to be read; ``seconds`` are between two pieces of it.

    Raises:
        RemoteInsecure: a token was to go over http to another machine.
        RemoteUnreachable: there is no answer, or it breaks off.
        RemoteUnexpected: it is a redirect.

    """
    if token is not None:
        require_safe(url)
    with _answered(method, url, seconds, token, **body) as response:
        if 300 <= response.status_code < 400:
            raise RemoteUnexpected(url=url, reason=f"a redirect to {response.headers.get('Location')}")
        yield response


@contextmanager
def _answered(method: str, url: str, seconds: float, token: str | None, **body: Any) -> Iterator[requests.Response]:
    headers = {"User-Agent": f"mxcp-flask/{__version__}", "Accept": "application/json", **body.pop("headers", {})}
    try:
        with requests.request(
            method, url, headers=headers, auth=Authorization(token), timeout=(CONNECT_SECONDS, seconds),
            allow_redirects=False, stream=True, proxies=proxies_for(url), verify=_authorities(), **body,
        ) as response:  # fmt: skip
            yield response
    except (requests.RequestException, OSError) as error:
        raise RemoteUnreachable(url=url, reason=reason_of(error)) from error


def read(response: requests.Response) -> Answer:
    """Return the complete answer. Raises RemoteUnexpected when it is too large."""
    text = bytearray()
    for piece in response.iter_content(1 << 16):
        text += piece
        if len(text) > MOST_BYTES:
            raise RemoteUnexpected(url=response.url, reason=f"more than {MOST_BYTES} bytes")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    return Answer(response.status_code, response.headers, value)


def require_safe(url: str) -> None:
    """Raise RemoteInsecure unless ``url`` is https, or http to this machine."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and host_of(parts).lower() in LOOPBACK_HOSTS):
        raise RemoteInsecure(url=url)


def reason_of(error: Exception) -> str:
    """Return in a few words why there was no answer."""
    text = str(error)
    if isinstance(error, requests.exceptions.SSLError):
        hint = "; REQUESTS_CA_BUNDLE names a file with authorities of your own" if "CERTIFICATE_VERIFY" in text else ""
        return f"TLS failed ({_innermost(text)}){hint}"
    if isinstance(error, requests.Timeout):
        return "it took too long"
    for known in ("Connection refused", "Name or service not known", "Network is unreachable", "Connection reset"):
        if known in text:
            return f"{known.lower()}{' (is the server running?)' if known == 'Connection refused' else ''}"
    return f"{type(error).__name__}"


def _innermost(text: str) -> str:
    found = re.search(r"\[SSL[^\]]*\] ?([^(]*)", text)
    return found[1].strip() if found else "no common protocol"


def _authorities() -> bool | str:
    named = any(os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"))
    return True if named else os.environ.get("SSL_CERT_FILE") or True
