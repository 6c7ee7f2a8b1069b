"""HTTP to an identity provider: bounded in time and size, without redirects, TLS always verified.

The environment's proxies (HTTP_PROXY, HTTPS_PROXY, NO_PROXY) count, but for a provider on this machine.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from mxcp_flask import __version__
from mxcp_flask.errors import ProviderRefused, ProviderUnavailable, TookTooLong
from mxcp_flask.patience import within
from mxcp_flask.request_options import Authorization, proxies_for

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 15.0
MOST_BYTES = 1 << 20
_PIECE = 1 << 14


@dataclass(frozen=True)
class Answer:
    """What the provider answered: the parsed JSON of the body (None of an empty one), whatever its status below 500."""

    status: int
    json: Any


class ProviderHttp:
    """The one way to a provider's token endpoint and API.

    Raises:
        ProviderUnavailable: no answer in time, status 429 or 5xx, a rate limit: the same request may work later.
        ProviderRefused: an answer that is no JSON, too large, or a redirect.

    """

    def __init__(self, title: str, connect: float = CONNECT_SECONDS, total: float = TOTAL_SECONDS) -> None:
        self.title = title
        self.connect = connect
        self.total = total

    def post(self, url: str, form: Mapping[str, str], *, as_json: bool = False) -> Answer:
        """POST ``form`` (urlencoded, or as JSON). Never repeated: a code or refresh token works once."""
        body: dict[str, Any] = {"json": dict(form)} if as_json else {"data": dict(form)}
        return self._call("POST", url, Authorization(None), **body)

    def get(self, url: str, token: str) -> Answer:
        """GET ``url`` with a bearer token; tried once more when the provider is unavailable."""
        try:
            return self._call("GET", url, Authorization(token))
        except ProviderUnavailable:
            return self._call("GET", url, Authorization(token))

    def delete(self, url: str, body: Mapping[str, str], user: str, password: str) -> Answer:
        """DELETE ``url`` with ``body`` as JSON, by HTTP's Basic authentication (RFC 7617). Never repeated."""
        return self._call("DELETE", url, HTTPBasicAuth(user.encode(), password.encode()), json=dict(body))

    def _call(self, method: str, url: str, auth: AuthBase, **body: Any) -> Answer:
        # A socket's timeout starts anew with every byte, so the call must be one that can be left behind.
        try:
            return within(self.total, partial(self._send, method, url, auth, **body), "provider")
        except TookTooLong as error:
            raise self._too_late() from error

    def _send(self, method: str, url: str, auth: AuthBase, **body: Any) -> Answer:
        headers = {"Accept": "application/json", "User-Agent": f"mxcp-flask/{__version__}"}
        deadline = time.monotonic() + self.total
        try:
            with requests.request(
                method, url, headers=headers, auth=auth, timeout=(self.connect, self.total),
                allow_redirects=False, stream=True, proxies=proxies_for(url), **body,
            ) as response:  # fmt: skip
                text = self._read(response, deadline)
        except requests.RequestException as error:
            raise self._unavailable(f"{method} failed: {type(error).__name__}") from error
        return self._parse(response, text)

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        text = bytearray()
        for piece in response.iter_content(_PIECE):
            text += piece
            if len(text) > MOST_BYTES:
                raise ProviderRefused(title=self.title, reason=f"its answer is larger than {MOST_BYTES} bytes")
            if time.monotonic() > deadline:
                raise self._too_late()
        return bytes(text)

    def _parse(self, response: requests.Response, text: bytes) -> Answer:
        status = response.status_code
        if status >= 500 or status == 429 or (status == 403 and response.headers.get("X-RateLimit-Remaining") == "0"):
            raise self._unavailable(f"it answered with status {status}")
        if 300 <= status < 400:
            raise ProviderRefused(title=self.title, reason=f"it answered with a redirect (status {status})")
        try:
            return Answer(status, json.loads(text) if text else None)
        except (ValueError, RecursionError) as error:
            reason = f"its answer (status {status}) is not JSON"
            raise ProviderRefused(title=self.title, reason=reason) from error

    def _too_late(self) -> ProviderUnavailable:
        return self._unavailable(f"no complete answer within {self.total:g} seconds")

    def _unavailable(self, reason: str) -> ProviderUnavailable:
        return ProviderUnavailable(title=self.title, reason=reason)
