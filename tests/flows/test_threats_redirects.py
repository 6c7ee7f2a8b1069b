"""Attacks through the redirect URI: nothing unproven is ever redirected to."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.support import state
from tests.support.visitor import BASE, REDIRECT_URI, Visitor, query

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
    *(
        "http://[::1]:49153/oauth/callback",
        "http://127.0.0.1:99999/oauth/callback",
        "http://127.1:49153/oauth/callback",
    ),
    *(
        "http://127.0.0.1:49153/oauth/callback\u0301",
        "http://127.0.0.\u0661:49153/oauth/callback",
        "\u202e" + REDIRECT_URI,
    ),
    *(
        "http://127.0.0.1:49153/OAuth/callback",
        "http://127.0.0.1:49153//oauth/callback",
        "http://127.0.0.1:/oauth/callback x",
    ),
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
def test_bad_redirect_uri_is_never_followed(visitor: Visitor, app: Flask, fault: str) -> None:
    """With a redirect URI that is not registered, whatever else is wrong or right, the answer is a page."""
    parameters = request_with(visitor, FAULTS[fault])
    for redirect_uri in BAD_REDIRECTS:
        answer = visitor.ask({**parameters, "redirect_uri": redirect_uri})

        assert (answer.status_code, answer.mimetype) == (400, "text/html"), redirect_uri
        assert "Location" not in answer.headers
        assert "http-equiv" not in answer.text
    assert state.pending(app) == []


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("client_id", ["nobody", None])
def test_unknown_client_is_never_redirected(visitor: Visitor, fault: str, client_id: str | None) -> None:
    """A redirect URI without a client proves nothing."""
    answer = visitor.ask(request_with(visitor, {**FAULTS[fault], "client_id": client_id}))

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "Location" not in answer.headers


@pytest.mark.parametrize("redirect_uri", [REDIRECT_URI, "https://evil.example/"])
@pytest.mark.parametrize(
    "name", ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "resource", "x"]
)
def test_repeated_parameter_is_never_redirected(visitor: Visitor, name: str, redirect_uri: str) -> None:
    """A request that can be read in two ways is answered with a page (RFC 6749 §3.1)."""
    parameters = visitor.authorization_request(
        visitor.register()["client_id"], redirect_uri=redirect_uri, resource=f"{BASE}/mcp", x="1"
    )
    doubled = urlencode([*parameters.items(), (name, parameters[name])])
    answer = visitor.browser.get(f"/authorize?{doubled}", base_url=BASE)

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "Location" not in answer.headers


def test_missing_redirect_uri_of_a_client_with_two(visitor: Visitor) -> None:
    """The server does not choose among several registered URIs."""
    client_id = visitor.register(redirect_uris=[REDIRECT_URI, "https://app.example.org/cb"])["client_id"]
    answer = visitor.ask(visitor.authorization_request(client_id, redirect_uri=None, scope="nobody:knows"))

    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("registered", "requested"),
    [
        ("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb"),
        ("http://127.0.0.1:1/cb?x=1", "http://127.0.0.1:65535/cb?x=1"),
        ("http://[::1]/cb", "http://[::1]:51234/cb"),
        ("http://localhost:3000/cb", "http://localhost/cb"),
    ],
)
def test_loopback_client_may_take_any_port(visitor: Visitor, registered: str, requested: str) -> None:
    """A native application gets its answer at the port that it found free (RFC 8252 §7.3)."""
    client_id = visitor.register(redirect_uris=[registered])["client_id"]
    got = visitor.sign_in(client_id, redirect_uri=requested)
    answer = visitor.exchange(client_id, got["code"], redirect_uri=requested)

    assert answer.status_code == 200


@pytest.mark.parametrize("registered", ["https://app.example.org/cb", "com.example.app:/cb"])
def test_other_clients_may_not(visitor: Visitor, registered: str) -> None:
    """Away from loopback every byte counts."""
    client_id = visitor.register(redirect_uris=[registered])["client_id"]
    answer = visitor.ask(visitor.authorization_request(client_id, redirect_uri=registered.replace("/cb", ":8443/cb")))

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_error_text_cannot_add_parameters(visitor: Visitor) -> None:
    """A state with separators comes back as the one value that it was."""
    hostile = "x&code=stolen#\r\nSet-Cookie: a=b\u2028\u00e9"
    answer = visitor.ask(
        visitor.authorization_request(visitor.register()["client_id"], scope="nobody:knows", state=hostile)
    )

    assert query(answer.location)["state"] == hostile
    assert query(answer.location).keys() == {"error", "error_description", "state", "iss"}
    assert "Set-Cookie" not in answer.headers
