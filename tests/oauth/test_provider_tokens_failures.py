"""What the three providers may answer to a refresh of their token, and what becomes of our grant."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from responses import RequestsMock

from mxcp_flask.digests import digest
from mxcp_flask.errors import TokenInvalid
from mxcp_flask.oauth.provider_tokens import BACK_OFF, EARLY, LEASE, ProviderTokens
from mxcp_flask.providers import PROVIDERS, ExternalOAuthHandler
from mxcp_flask.store import MemoryStore
from tests.contracts.provider_answers import BROKEN_LINES, BUSY, NO_JSON_OBJECT, NO_TOKEN, SECRET, settings_of
from tests.contracts.store.samples import CODE
from tests.oauth.refreshing import ENDS, OLD, RememberingAudit, with_token
from tests.support.clock import Clock

ERRORS = ["access_denied", "server_error", "incorrect_client_credentials", "unauthorized_client", "evil\r\nline"]
PASSING: list[dict[str, Any]] = [
    *BUSY,
    *({"body": error} for error in BROKEN_LINES),
    *NO_JSON_OBJECT,
    *({"json": {"access_token": value}} for value in NO_TOKEN),
    *({"status": status, "json": {"error": error}} for error in ERRORS for status in (200, 400)),
    {"status": 403, "json": {"message": "rate limit"}, "headers": {"X-RateLimit-Remaining": "0"}},
]
GRANT = with_token(OLD)


@pytest.fixture(params=PROVIDERS)
def handler(request: pytest.FixtureRequest, clock: Clock) -> ExternalOAuthHandler:
    """Return each provider's handler."""
    handler_class = PROVIDERS[request.param]
    return handler_class(settings_of(handler_class), clock=clock)


@pytest.fixture
def store() -> MemoryStore:
    """Return a store that has the grant."""
    store = MemoryStore()
    store.add_grant(GRANT, CODE)
    return store


@pytest.fixture
def clock() -> Clock:
    """Return the time at which the token is refreshed."""
    return Clock(ENDS - EARLY)


@pytest.fixture
def audit() -> RememberingAudit:
    """Return the audit."""
    return RememberingAudit()


@pytest.fixture
def tokens(store: MemoryStore, handler: ExternalOAuthHandler, clock: Clock, audit: RememberingAudit) -> ProviderTokens:
    """Return what is tested."""
    return ProviderTokens(store, handler, clock, audit)


@pytest.fixture
def provider() -> Iterator[RequestsMock]:
    """Return what answers in the provider's place."""
    with RequestsMock() as mock:
        yield mock


@pytest.mark.parametrize("answer", PASSING)
def test_what_says_nothing_about_the_grant_keeps_it(
    tokens: ProviderTokens,
    provider: RequestsMock,
    audit: RememberingAudit,
    caplog: pytest.LogCaptureFixture,
    answer: dict[str, Any],
) -> None:
    """While the provider is busy, broken or confused, the old token serves on, and another process may ask again."""
    provider.post(tokens.handler.settings.token_url, **answer)

    with caplog.at_level(logging.DEBUG):
        assert tokens.alive(GRANT) == GRANT
    assert len(provider.calls) == 1
    assert tokens.store.lease_refresh(GRANT.id, int(tokens.clock()), LEASE)
    assert audit.events == []
    said = [record.getMessage() for record in caplog.records if record.name == "mxcp.oauth"]
    assert len(said) == 1
    assert said[0].isprintable()
    assert not any(secret in caplog.text for secret in (SECRET, OLD.access_token, str(OLD.refresh_token)))


@pytest.mark.parametrize("status", [200, 400, 401, 403])
@pytest.mark.parametrize("error", ["invalid_grant", "bad_refresh_token"])
def test_what_ends_the_grant(
    tokens: ProviderTokens, provider: RequestsMock, audit: RememberingAudit, status: int, error: str
) -> None:
    """The provider's word that the refresh token is over ends our grant, whatever the status."""
    provider.post(tokens.handler.settings.token_url, status=status, json={"error": error})

    with pytest.raises(TokenInvalid):
        tokens.alive(GRANT)
    assert tokens.store.find_grant(GRANT.id, int(tokens.clock())) is None
    assert [event for event, _ in audit.events] == ["grant_ended"]


@pytest.mark.parametrize("left", [EARLY, 0])
def test_failed_provider_is_left_alone(tokens: ProviderTokens, provider: RequestsMock, clock: Clock, left: int) -> None:
    """After a failure nobody here asks for half a minute, nor waits, also when the old token has ended."""
    pauses: list[float] = []
    tokens.pause = pauses.append
    clock.now = ENDS - left
    provider.post(tokens.handler.settings.token_url, status=503)
    tokens.alive(GRANT)
    assert tokens.store.lease_refresh(GRANT.id, int(clock()), LEASE), "somebody else asks now"
    clock.advance(BACK_OFF - 1)

    assert [tokens.alive(GRANT) for _ in range(3)] == [GRANT] * 3
    assert (len(provider.calls), pauses) == (1, [])


def test_failed_provider_is_asked_again(tokens: ProviderTokens, provider: RequestsMock, clock: Clock) -> None:
    """After the half minute the next call refreshes; every failure counts for itself."""
    url = tokens.handler.settings.token_url
    for answer in ({"status": 503}, {"status": 503}, {"json": {"access_token": "new", "expires_in": 3600}}):
        provider.post(url, **answer)
    found = []
    for _ in range(3):
        found.append(tokens.alive(GRANT).provider_token)
        clock.advance(BACK_OFF)

    assert len(provider.calls) == 3
    assert [token.access_token for token in found if token] == [OLD.access_token, OLD.access_token, "new"]


def test_other_grants_are_refreshed_all_the_same(
    tokens: ProviderTokens, provider: RequestsMock, store: MemoryStore
) -> None:
    """A failure counts for its grant alone: the provider may have had something against this one."""
    other = replace(GRANT, id="another")
    store.add_grant(other, replace(CODE, grant_id=other.id, code_hash=digest("another")))
    provider.post(tokens.handler.settings.token_url, status=503)
    for grant in (GRANT, other, GRANT, other):
        tokens.alive(grant)

    assert len(provider.calls) == 2


def test_new_token_counts_from_our_clock(tokens: ProviderTokens, provider: RequestsMock, clock: Clock) -> None:
    """The new token's end is its lifetime from now; what the answer leaves out stays as it was."""
    provider.post(tokens.handler.settings.token_url, json={"access_token": "new", "expires_in": 60})
    new = tokens.alive(GRANT).provider_token

    assert new is not None
    assert (new.access_token, new.refresh_token) == ("new", OLD.refresh_token)
    assert (new.expires_at, new.instance_url) == (int(clock()) + 60, OLD.instance_url)
