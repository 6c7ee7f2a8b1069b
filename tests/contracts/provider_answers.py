"""What a provider may answer, good and bad, and what the contract's tests share."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
import requests
from requests import PreparedRequest

from mxcp_flask.errors import (
    ProviderDenied,
    ProviderError,
    ProviderGrantEnded,
    ProviderRefused,
    ProviderUnavailable,
)
from mxcp_flask.providers import ExternalOAuthHandler, ProviderSettings
from mxcp_flask.providers.http import MOST_BYTES
from mxcp_flask.records import ProviderToken

CALLBACK = "https://mcp.example/base/callback"
STATE = "state/of+ours"
CODE = "code-5f0e7c1b"
VERIFIER = "verifier-" + "v" * 40
SECRET = "client-secret-8a1d"
TOKEN = ProviderToken("access-token-77aa", refresh_token="refresh-token-77aa")
SECRETS = (CODE, VERIFIER, SECRET, TOKEN.access_token, str(TOKEN.refresh_token))

BROKEN_LINES = [
    requests.ConnectionError("refused"),
    requests.ConnectTimeout("no answer"),
    requests.ReadTimeout("no answer"),
    requests.exceptions.SSLError("self-signed"),
    requests.exceptions.ChunkedEncodingError("broken off"),
]
BUSY = [
    {"status": 500, "json": {"error": "access_denied"}},
    {"status": 502, "body": "<html>Bad Gateway</html>"},
    {"status": 503, "body": ""},
    {"status": 429, "json": {"message": "slow down"}},
]
NO_JSON_OBJECT = [
    {"status": 200, "body": "<!doctype html><title>Unicorn!</title>", "content_type": "text/html"},
    {"status": 200, "body": "access_token=form&scope=a", "content_type": "application/x-www-form-urlencoded"},
    {"status": 200, "body": ""},
    {"status": 200, "body": '{"access_token": "cut'},
    {"status": 200, "body": b'{"access_token": "\xff"}'},
    {"status": 200, "body": "[" * 100_000},
    {"status": 200, "body": "9" * 5000},
    {"status": 200, "body": " " * MOST_BYTES + "{}"},
    {"status": 200, "json": [{"access_token": "in a list"}]},
    {"status": 200, "json": "text"},
    {"status": 200, "body": "null"},
    {"status": 302, "json": {"access_token": "moved"}, "headers": {"Location": "https://elsewhere.example/"}},
    {"status": 307, "body": "", "headers": {"Location": "https://elsewhere.example/"}},
    {"status": 202, "json": {"access_token": "accepted"}},
    {"status": 404, "json": {"message": "Not Found"}},
    {"status": 401, "json": {"message": "Bad credentials"}},
]
NO_LIFETIME: list[Any] = [None, "soon", "", 0, -5, "-5", [], {}, 10**30, float("nan"), float("inf")]
NO_TOKEN: list[Any] = [None, "", 5, True, [], {}, "a\nb", "tökén", "\ud800"]
ERRORS: list[tuple[str, type[ProviderError]]] = [
    ("temporarily_unavailable", ProviderUnavailable),
    ("server_error", ProviderUnavailable),
    ("something_new", ProviderRefused),
]
TOKEN_ERRORS: list[tuple[str, type[ProviderError]]] = [
    *ERRORS,
    ("access_denied", ProviderRefused),
    ("invalid_grant", ProviderGrantEnded),
]
CALLBACK_ERRORS: list[tuple[str, type[ProviderError]]] = [
    *ERRORS,
    ("access_denied", ProviderDenied),
    ("", ProviderRefused),
    ("evil\r\n\x1b[31mline", ProviderRefused),
]


def settings_of(handler_class: type[ExternalOAuthHandler], **changes: str) -> ProviderSettings:
    """Return settings with the provider's defaults."""
    values = {"client_id": "client-id", "client_secret": SECRET, **asdict(handler_class.defaults), **changes}
    return ProviderSettings(**values)


def assert_plain(request: PreparedRequest) -> None:
    """Assert that the request says what it accepts and who asks, and proves itself by its body alone."""
    assert request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"].startswith("mxcp-flask/")
    assert "Authorization" not in request.headers
    assert "?" not in str(request.url)


def failure_of(call: Callable[[], object], caplog: pytest.LogCaptureFixture) -> str:
    """Return all that the failing ``call`` lets anybody see: its error in every form, and every log line."""
    caplog.clear()
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderError) as caught:
        call()
    error = caught.value
    return "\n".join([str(error), repr(error), repr(vars(error)), *traceback.format_exception(error), caplog.text])
