"""What holds for every answer, whatever was asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any

from werkzeug.datastructures import Headers

PAGES = frozenset({"/", "/authorize", "/github/callback"})
PROVIDER = "https://github.com/login/oauth/authorize?"

_PORT = re.compile(r"^(http://(?:localhost|127\.0\.0\.1|\[::1\])):[0-9]*(?![^/?])")
_ERROR_CODE = re.compile(r"[a-z_]+")
_ERROR_TEXT = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]*")  # RFC 6749 §5.2
_CHALLENGE = re.compile(r'(?:Bearer|Basic)(?: [a-z_]+="[\x20-\x21\x23-\x5b\x5d-\x7e]*"(?:,(?= [a-z])|$))*')
_VISIBLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Answer:
    """An answer, down to its bytes."""

    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body, which must be JSON as RFC 8259 has it."""
        return json.loads(self.body.decode("utf-8"), parse_constant=_refuse)

    @property
    def kind(self) -> str:
        """Return the media type."""
        return self.headers.get("Content-Type", "").partition(";")[0]

    @property
    def location(self) -> str:
        """Return where the answer redirects to, or an empty text."""
        return self.headers.get("Location", "")

    @property
    def way_back(self) -> str:
        """Return where the answer leads, at once or by the link on its page."""
        link = re.search(r'<a href="([^"]*)"', self.body.decode("utf-8"))
        return self.location or (unescape(link[1]) if link else "")

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies that the answer sets or removes."""
        pairs = (header.partition(";")[0].partition("=") for header in self.headers.getlist("Set-Cookie"))
        return {name: value for name, _, value in pairs}


def check(answer: Answer, path: str) -> None:
    """Hold what is promised of every answer to a request for ``path``."""
    # Where a stand-in for the provider failed, that is what the page says.
    assert answer.status < 500 or (path == "/github/callback" and answer.status in {502, 503}), answer
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert all(value.isprintable() for _, value in answer.headers)
    if answer.status == 302:
        assert path in {"/authorize", "/github/callback"}
        assert _VISIBLE.fullmatch(answer.location)
    else:
        assert "Location" not in answer.headers
        _check_body(answer, page=path in PAGES)
    for challenge in answer.headers.getlist("WWW-Authenticate"):
        assert _CHALLENGE.fullmatch(challenge), challenge


def _check_body(answer: Answer, *, page: bool) -> None:
    assert answer.kind == ("text/html" if page else "application/json"), answer
    if page:
        assert answer.headers["X-Frame-Options"] == "DENY"
    elif answer.body or answer.status != 202:
        body = answer.json
        assert isinstance(body, (dict, list))
        if answer.status >= 400 and "jsonrpc" not in body:
            _check_error(body)


def _check_error(body: Any) -> None:
    assert {"error"} <= body.keys() <= {"error", "error_description"}
    assert _ERROR_CODE.fullmatch(body["error"])
    assert _ERROR_TEXT.fullmatch(body.get("error_description", "")), body


def leads_to(location: str, uris: Iterable[str]) -> bool:
    """Tell whether ``location`` is one of ``uris``, byte for byte but for a loopback port, with more parameters."""
    return any(_less_port(location).startswith(_less_port(uri) + ("&" if "?" in uri else "?")) for uri in uris)


def _less_port(uri: str) -> str:
    return _PORT.sub(r"\1", uri)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
