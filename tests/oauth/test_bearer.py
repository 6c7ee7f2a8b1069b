"""Bearer tokens: whose request it is, and the challenge to who has none."""

from __future__ import annotations

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import AccessError, TokenInvalid, TokenMalformed, TokenMissing
from mxcp_flask.oauth.bearer import BearerAuthentication, challenge
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.server import AuthorizationServer
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.records import People, Token
from mxcp_flask.store import MemoryStore
from tests.oauth.parties import ADA, URLS, Walk
from tests.support.clock import Clock


@pytest.fixture
def bearer(store: MemoryStore, clock: Clock) -> BearerAuthentication:
    """Return what is tested."""
    return BearerAuthentication(store, ScopePolicy(), ADA.provider, clock)


@pytest.fixture
def token(walk: Walk) -> str:
    """Return a person's access token."""
    return str(walk.exchange(walk.code()).body["access_token"])


@pytest.mark.parametrize("form", ["Bearer {}", "bearer {}", "BEARER {}", "  Bearer   {}  "])
def test_token_names_its_person(bearer: BearerAuthentication, token: str, form: str) -> None:
    """The scheme's case and spaces around the token do not count; the token leads to its grant and person."""
    found, grant = bearer.authenticate(form.format(token), URLS)

    assert (found.scope, found.client_id, grant.user) == ("mxcp:access", "public", ADA)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (None, TokenMissing),
        ("", TokenMissing),
        ("   ", TokenMissing),
        ("Basic {}", TokenMissing),
        ("{}", TokenMissing),
        ("Bearer{}", TokenMissing),
        ("Bearer", TokenMalformed),
        ("Bearer ", TokenMalformed),
        ("Bearer {} {}", TokenMalformed),
        ("Bearer {},{}", TokenMalformed),
        ("Bearer Bearer {}", TokenMalformed),
        ('Bearer "{}"', TokenMalformed),
        ("Bearer {}\x00", TokenMalformed),
        ("Bearer {}ä", TokenMalformed),
        ("Bearer =", TokenMalformed),
        ("Bearer {}x", TokenInvalid),
        ("Bearer x{}", TokenInvalid),
        ("Bearer {}=", TokenInvalid),
        ("Bearer provider-access-token", TokenInvalid),
        ("Bearer " + "a" * 100_000, TokenInvalid),
    ],
)
def test_anything_else_is_refused(
    bearer: BearerAuthentication, token: str, form: str | None, error: type[AccessError]
) -> None:
    """A missing, a malformed and an unknown token are told apart, and none of the texts holds it."""
    with pytest.raises(error) as caught:
        bearer.authenticate(form and form.format(*[token] * 2), URLS)

    assert type(caught.value) is error
    assert token not in str(caught.value)


@pytest.mark.parametrize(("seconds", "live"), [(0, True), (3600, True), (3604, True), (3605, False), (3606, False)])
def test_token_ends_at_its_second(
    bearer: BearerAuthentication, token: str, clock: Clock, seconds: int, live: bool
) -> None:
    """A token lives for its lifetime and not a second longer."""
    clock.advance(seconds)
    if live:
        bearer.authenticate(f"Bearer {token}", URLS)
        return
    with pytest.raises(TokenInvalid):
        bearer.authenticate(f"Bearer {token}", URLS)


def test_revoked_grant_ends_its_token(
    bearer: BearerAuthentication, store: MemoryStore, clock: Clock, token: str
) -> None:
    """A token whose grant has ended is dead at once."""
    _, grant = bearer.authenticate(f"Bearer {token}", URLS)
    store.revoke_grant(grant.id, int(clock()))

    with pytest.raises(TokenInvalid):
        bearer.authenticate(f"Bearer {token}", URLS)


@pytest.mark.parametrize(
    "base", ["https://other.example", "https://mcp.example/base", "http://mcp.example", "https://mcp.example:8443"]
)
def test_token_is_for_one_resource(bearer: BearerAuthentication, token: str, base: str) -> None:
    """A token that was issued for another URL of this server, or another server on its store, is not taken (T24)."""
    with pytest.raises(TokenInvalid):
        bearer.authenticate(f"Bearer {token}", Urls(base))


def test_token_of_another_provider(bearer: BearerAuthentication, store: MemoryStore, token: str, clock: Clock) -> None:
    """Who signed in with another provider than today's is not let in, whatever is named alike; the token is kept."""
    other = BearerAuthentication(store, ScopePolicy(), "other", clock)
    with pytest.raises(TokenInvalid):
        other.authenticate(f"Bearer {token}", URLS)

    assert bearer.authenticate(f"Bearer {token}", URLS)[1].user == ADA


def test_person_who_may_not_come_in_any_more(store: MemoryStore, token: str, clock: Clock) -> None:
    """A list of people that somebody is taken off counts for the tokens that they have."""
    bearer = BearerAuthentication(store, ScopePolicy(allow=People(users=("bo-fixture",))), ADA.provider, clock)
    with pytest.raises(TokenInvalid):
        bearer.authenticate(f"Bearer {token}", URLS)


def test_refresh_token_is_no_access_token(
    bearer: BearerAuthentication, server: AuthorizationServer, walk: Walk
) -> None:
    """What the store knows as a refresh token opens nothing."""
    code = server.store.find_code(digest(walk.code()))
    assert code is not None
    refresh = Token(
        token_hash=digest("refresh"),
        kind="refresh",
        grant_id=code.grant_id,
        client_id=code.client_id,
        scope=code.scope,
        resource=code.resource,
        issued_at=server.now(),
        expires_at=server.now() + 60,
    )
    assert server.store.redeem_code(code.code_hash, [refresh], server.now())

    with pytest.raises(TokenInvalid):
        bearer.authenticate("Bearer refresh", URLS)


@pytest.mark.parametrize(
    ("scopes", "error", "description", "expected"),
    [
        (("a", "b"), None, None, 'Bearer resource_metadata="{}", scope="a b"'),
        ((), None, None, 'Bearer resource_metadata="{}"'),
        (("a",), None, "ignored", 'Bearer resource_metadata="{}", scope="a"'),
        (
            ("a",),
            "invalid_token",
            "It ended.",
            'Bearer error="invalid_token", error_description="It ended.", resource_metadata="{}", scope="a"',
        ),
        ((), "invalid_token", None, 'Bearer error="invalid_token", resource_metadata="{}"'),
    ],
)
def test_challenge(scopes: tuple[str, ...], error: str | None, description: str | None, expected: str) -> None:
    """The challenge leads to the metadata; without credentials it names no error (RFC 6750 §3.1)."""
    assert challenge(URLS, scopes, error, description) == expected.format(URLS.resource_metadata)
