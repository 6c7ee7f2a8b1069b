"""Authorization codes: what is asked for, what they are bound to, and how they end."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from authlib.oauth2.rfc6749 import OAuth2Error

from mxcp_flask.digests import digest
from mxcp_flask.oauth.tokens import LEEWAY
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.store import MemoryStore
from tests.oauth.parties import CONFIDENTIAL, REDIRECT_URI, SECRET, STATE, Walk, basic, form, query
from tests.support.clock import Clock

BAD_REQUESTS: list[Mapping[str, str | None]] = [
    {},
    {"response_type": None},
    {"response_type": "token"},
    {"scope": "unknown"},
    {"code_challenge": None},
    {"code_challenge_method": "plain"},
    {"resource": "https://evil.example/mcp"},
]
UNPROVEN: list[Mapping[str, str | None]] = [
    {"client_id": None},
    {"client_id": ""},
    {"client_id": "unknown"},
    {"client_id": "\ud800"},
    {"redirect_uri": "https://evil.example/callback"},
    {"redirect_uri": "javascript:alert(1)"},
    {"redirect_uri": "http://127.0.0.1:49153/other"},
    {"redirect_uri": "http://localhost:49153/callback"},
    {"redirect_uri": "http://127.0.0.1:49153/callback#x"},
    {"redirect_uri": 'http://127.0.0.1:49153/callback"'},
    {"redirect_uri": "http://127.0.0.1:49153/callback\r\nLocation: https://evil.example"},
    {"redirect_uri": "http://127.0.0.1@evil.example/callback"},
    {"redirect_uri": "ä"},
    {"redirect_uri": "\ud800"},
    {"client_id": "confidential", "redirect_uri": None},
    {"client_id": "confidential"},
]


def refusal(walk: Walk, **changes: str | None) -> OAuth2Error:
    """Return the error of an authorization request."""
    with pytest.raises(OAuth2Error) as caught:
        walk.ask(**changes)  # type: ignore[arg-type]
    return caught.value


# The request.


@pytest.mark.parametrize("unproven", UNPROVEN)
@pytest.mark.parametrize("bad", BAD_REQUESTS)
def test_error_is_not_redirected_while_unproven(
    walk: Walk, unproven: Mapping[str, str | None], bad: Mapping[str, str | None]
) -> None:
    """Whatever else is wrong: without a proven client and redirect URI there is nowhere to redirect to (T8)."""
    error = refusal(walk, **{"client_id": "public", **bad, **unproven})

    assert error.redirect_uri is None
    assert "evil" not in error.get_error_description()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": " code"}, "unsupported_response_type"),
        ({"response_type": "CODE"}, "unsupported_response_type"),
        ({"response_type": 'ä"\\'}, "unsupported_response_type"),
        ({"scope": "unknown"}, "invalid_scope"),
        ({"scope": '"ä'}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"resource": "https://evil.example/mcp"}, "invalid_target"),
        ({"resource": "https://mcp.example"}, "invalid_target"),
        ({"resource": "mcp"}, "invalid_target"),
        ({"resource": "https://[::1/mcp"}, "invalid_target"),
    ],
)
def test_error_goes_back_to_a_proven_client(walk: Walk, changes: dict[str, str | None], error: str) -> None:
    """When client and redirect URI are proven, the client learns what is wrong, with its state."""
    caught = refusal(walk, **changes)

    assert (caught.error, caught.redirect_uri) == (error, REDIRECT_URI)
    assert dict(caught.get_body())["state"] == STATE


@pytest.mark.parametrize(
    "resource", [None, "https://mcp.example/mcp", "https://mcp.example/mcp/", "https://MCP.example/mcp?x=1"]
)
def test_code_is_bound_to_our_resource(walk: Walk, resource: str | None) -> None:
    """A request for our resource, however clients spell it, or for none, gives a code for it."""
    found = walk.server.store.find_code(digest(walk.code(resource=resource)))

    assert found is not None
    assert found.resource == "https://mcp.example/mcp"


def test_only_redirect_uri_may_be_left_out(walk: Walk) -> None:
    """A client with one redirect URI need not name it, and the answer goes there."""
    assert walk.location(redirect_uri=None).startswith("http://127.0.0.1/callback?code=")


def test_redirect_uri_is_extended_and_not_changed(walk: Walk) -> None:
    """The answer's parameters are added to the registered URI, of which not a byte changes."""
    uri = CONFIDENTIAL.redirect_uris[1]

    assert walk.location("confidential", redirect_uri=uri).startswith(f"{uri}&code=mx_ac_")


@pytest.mark.parametrize("state", ["a b&c=d#e", "ä\u202e", "\r\nLocation: x", "%0d%0a", "+", "x" * 4096, "{}"])
def test_state_comes_back_as_it_was(walk: Walk, state: str) -> None:
    """The client's state is the client's (RFC 6749 §4.1.2)."""
    location = walk.location(state=state)

    assert query(location)["state"] == state
    assert location.isascii()
    assert location.isprintable()


def test_without_state_there_is_none(walk: Walk) -> None:
    """A client that sent no state gets none."""
    assert query(walk.location(state=None)).keys() == {"code", "iss"}


@pytest.mark.parametrize(
    ("client_id", "asked", "granted"),
    [
        ("public", "mxcp:admin mxcp:access", "mxcp:admin mxcp:access"),
        ("public", "mxcp:access root", "mxcp:access"),
        ("public", None, "mxcp:access"),
        ("limited", "mxcp:admin mxcp:access", "mxcp:access"),
        ("limited", None, "mxcp:access"),
    ],
)
def test_scope_is_what_was_shown(walk: Walk, client_id: str, asked: str | None, granted: str) -> None:
    """The token has the scopes that the consent page named, and no client gets beyond its bounds."""
    question = walk.ask(client_id, scope=asked)
    code = query(walk.come_back(walk.approve(question)))["code"]

    assert question.scope == granted
    assert walk.exchange(code, client_id).body["scope"] == granted


def test_scope_in_the_exchange_is_ignored(walk: Walk) -> None:
    """A token request cannot widen what was consented to."""
    assert walk.exchange(walk.code(), scope="mxcp:admin").body["scope"] == "mxcp:access"


# The exchange.


@pytest.mark.parametrize(
    ("asked", "sent", "status"),
    [
        (REDIRECT_URI, REDIRECT_URI, 200),
        (REDIRECT_URI, None, 400),
        (REDIRECT_URI, "http://127.0.0.1:49154/callback", 400),
        (REDIRECT_URI, "http://127.0.0.1/callback", 400),
        (REDIRECT_URI, "https://evil.example/", 400),
        (None, None, 200),
        (None, "http://127.0.0.1/callback", 200),
    ],
)
def test_exchange_repeats_the_redirect_uri(walk: Walk, asked: str | None, sent: str | None, status: int) -> None:
    """A redirect URI that was asked for must be repeated to the byte, port included (RFC 6749 §4.1.3)."""
    answer = walk.exchange(walk.code(redirect_uri=asked), redirect_uri=sent)

    assert answer.status == status
    assert answer.body.get("error") == (None if status == 200 else "invalid_grant")


def test_code_is_bound_to_its_client(walk: Walk) -> None:
    """Another client gets nothing for the code, and does not use it up."""
    code = walk.code("public")
    stolen = walk.token(form(code, "confidential"), basic("confidential", SECRET))

    assert (stolen.status, stolen.body["error"]) == (400, "invalid_grant")
    assert walk.exchange(code, "limited").body["error"] == "invalid_grant"
    assert walk.exchange(code, "public").status == 200


def test_replay_by_another_client_ends_nothing(walk: Walk) -> None:
    """A used code in another client's hands does not end the grant of the one it was issued to."""
    code = walk.code("public")
    token = walk.exchange(code).body["access_token"]

    assert walk.exchange(code, "limited").body["error"] == "invalid_grant"
    assert walk.server.store.find_token(digest(token), walk.server.now()) is not None


def test_replay_ends_the_grant(walk: Walk) -> None:
    """A code that comes twice is worth nothing, and neither is the token that it gave (RFC 6749 §4.1.2)."""
    code = walk.code()
    token = walk.exchange(code).body["access_token"]
    other = walk.exchange(walk.code()).body["access_token"]

    for _ in range(2):
        assert walk.exchange(code).body["error"] == "invalid_grant"
    assert walk.server.store.find_token(digest(token), walk.server.now()) is None
    assert walk.server.store.find_token(digest(other), walk.server.now()) is not None


@pytest.mark.parametrize(
    ("seconds", "status"), [(0, 200), (59, 200), (59.999, 200), (60, 400), (61, 400), (3601, 400), (-3600, 200)]
)
def test_code_lives_for_its_lifetime(walk: Walk, clock: Clock, seconds: float, status: int) -> None:
    """A code is good for less than its sixty seconds; a clock that went back hurts nobody."""
    code = walk.code()
    clock.advance(seconds)

    assert walk.exchange(code).status == status


@pytest.mark.parametrize("seconds", [0, 59])
def test_token_of_a_late_exchange_lives_as_long(walk: Walk, clock: Clock, seconds: int) -> None:
    """A token lives its whole lifetime however late its code was exchanged: its grant does not end first."""
    code = walk.code()
    clock.advance(seconds)
    token = digest(walk.exchange(code).body["access_token"])
    clock.advance(3600 + LEEWAY - 1)

    assert walk.server.store.find_token(token, walk.server.now()) is not None
    clock.advance(1)
    assert walk.server.store.find_token(token, walk.server.now()) is None


@pytest.mark.parametrize("resource", ["https://evil.example/mcp", "https://mcp.example", "mcp", "https://[::1/mcp"])
def test_exchange_for_another_resource(walk: Walk, resource: str) -> None:
    """A token for another server is not to be had here; the right request still works (RFC 8707 §2.2)."""
    code = walk.code()

    assert walk.exchange(code, resource=resource).body["error"] == "invalid_target"
    assert walk.exchange(code, resource="https://mcp.example/mcp/").status == 200


def test_exchange_at_another_of_our_urls(walk: Walk) -> None:
    """A code for the resource at one of our hosts gives no token at another (T24)."""
    code = walk.code()
    elsewhere = Walk(walk.server, walk.signin, Urls("https://other.example"))

    assert elsewhere.exchange(code).body["error"] == "invalid_target"
    assert walk.exchange(code).status == 200


def test_revoked_grant_ends_its_code(walk: Walk, store: MemoryStore) -> None:
    """A code whose grant was ended before the exchange gives nothing."""
    code = walk.code()
    found = store.find_code(digest(code))
    assert found is not None
    store.revoke_grant(found.grant_id, walk.server.now())

    assert walk.exchange(code).body["error"] == "invalid_grant"
