"""T8: the server sends the browser to a place that nobody registered."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import state
from tests.support.visitor import REDIRECT_URI, Visitor

BAD_REDIRECTS = [
    *("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "blob:https://a/b", "about:blank"),
    *("vbscript:x", "ws://127.0.0.1/cb", "intent://x#Intent;end", "http://evil.example/oauth/callback"),
    *("https://evil.example/", "//evil.example/", "/oauth/callback", "evil.example", ":", "http:", "http://"),
    *("https://127.0.0.1:49153/oauth/callback", "HTTP://127.0.0.1:49153/oauth/callback", f"{REDIRECT_URI}/"),
    *(f"{REDIRECT_URI}#x", f"{REDIRECT_URI}#", f"{REDIRECT_URI}?x=1", f"{REDIRECT_URI}?", f"{REDIRECT_URI}%0d%0aX:y"),
    *(f"{REDIRECT_URI}\r\nX: y", f"{REDIRECT_URI}\x00", f" {REDIRECT_URI}", f"{REDIRECT_URI}\t", f'{REDIRECT_URI}"'),
    *("http://127.0.0.1:49153/oauth/../oauth/callback", "http://127.0.0.1:49153/oauth/%2e%2e/oauth/callback"),
    *("http://127.0.0.1:49153\\@evil.example/oauth/callback", "http://127.0.0.1:49153/oauth\\callback"),
    *("http://127.0.0.1@evil.example/oauth/callback", "http://user@127.0.0.1:49153/oauth/callback"),
    *("http://127.0.0.1.evil.example:49153/oauth/callback", "http://localhost:49153/oauth/callback"),
    *("http://[::1]:49153/oauth/callback", "http://127.0.0.1:99999/oauth/callback"),
    *("http://127.1:49153/oauth/callback", "http://127.0.0.\u0661:49153/oauth/callback"),
    *(f"{REDIRECT_URI}\u0301", f"\u202e{REDIRECT_URI}", f"{REDIRECT_URI} x"),
    *("http://127.0.0.1:49153/OAuth/callback", "http://127.0.0.1:49153//oauth/callback"),
]
FAULTS: dict[str, dict[str, str | None]] = {
    "none": {},
    "unknown client": {"client_id": "nobody"},
    "no client": {"client_id": None},
    "no response type": {"response_type": None},
    "bad response type": {"response_type": "token"},
    "response type in other letters": {"response_type": 'c\u00f6de"'},
    "bad scope": {"scope": "nobody:knows"},
    "no PKCE": {"code_challenge": None, "code_challenge_method": None},
    "plain PKCE": {"code_challenge_method": "plain"},
    "bad resource": {"resource": "https://other.example/mcp"},
    "no state": {"state": None},
}


def request_with(visitor: Visitor, changes: dict[str, str | None]) -> dict[str, str]:
    """Return the request of a new client with ``changes``; None drops a parameter."""
    parameters = {**visitor.authorization_request(visitor.register()["client_id"]), **changes}
    return {name: value for name, value in parameters.items() if value is not None}


@pytest.mark.parametrize("fault", FAULTS)
def test_t08_bad_redirect_uri_is_never_followed(visitor: Visitor, app: Flask, fault: str) -> None:
    """With a redirect URI that is not registered, whatever else is wrong or right, the answer is a page."""
    parameters = request_with(visitor, FAULTS[fault])
    for redirect_uri in BAD_REDIRECTS:
        answer = visitor.ask({**parameters, "redirect_uri": redirect_uri})

        assert (answer.status_code, answer.mimetype) == (400, "text/html"), redirect_uri
        assert answer.headers.keys().isdisjoint({"Location", "Refresh"})
        assert "http-equiv" not in answer.text
    assert state.pending(app) == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("client_id", ["nobody", None])
def test_t08_unknown_client_is_never_redirected(visitor: Visitor, fault: str, client_id: str | None) -> None:
    """A redirect URI without a client proves nothing."""
    answer = visitor.ask(request_with(visitor, {**FAULTS[fault], "client_id": client_id}))

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "Location" not in answer.headers
