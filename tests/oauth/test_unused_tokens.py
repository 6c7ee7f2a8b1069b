"""A provider's token that nobody needs is ended there, and whatever becomes of that holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from mxcp_flask.errors import ProviderUnavailable
from mxcp_flask.oauth.unused_tokens import UnusedTokens
from mxcp_flask.records import AuthorizationCode, Grant, ProviderToken
from mxcp_flask.store import MemoryStore
from tests.oauth.parties import ADA, URLS, PlainProvider

TOKEN = ProviderToken("access-token-of-nobody", refresh_token="refresh-token-of-nobody")
NOW = 1_800_000_000


class Revoking(PlainProvider):
    """A provider that ends tokens; ``revoked`` has them, and ``behave`` is what happens first."""

    def __init__(self, behave: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.behave = behave
        self.revoked: list[ProviderToken] = []

    def revoke(self, token: ProviderToken) -> bool:
        """Behave, and note the token."""
        self.behave()
        self.revoked.append(token)
        return True


def test_token_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    """The provider is asked to end it, and the log says whose it was but not the token."""
    provider = Revoking()
    with caplog.at_level("INFO", logger="mxcp"):
        UnusedTokens(MemoryStore(), provider).end(ADA.subject, TOKEN, NOW)

    assert provider.revoked == [TOKEN]
    assert f"ended the provider token of {ADA.subject}" in caplog.text
    assert "of-nobody" not in caplog.text


def test_nothing_is_said_where_nothing_is_done(caplog: pytest.LogCaptureFixture) -> None:
    """A provider without a way to end tokens is no failure."""
    with caplog.at_level("INFO", logger="mxcp"):
        UnusedTokens(MemoryStore(), PlainProvider()).end(ADA.subject, TOKEN, NOW)

    assert caplog.text == ""


@pytest.mark.parametrize("same", [replace(TOKEN, refresh_token=None), replace(TOKEN, access_token="new")])
def test_token_of_an_application_stays(same: ProviderToken) -> None:
    """A provider that gave the same token twice does not take it from the application that has it."""
    store, provider = MemoryStore(), Revoking()
    kept = Grant("g", "client", ADA, "", URLS.resource, NOW, NOW + 60, provider_token=TOKEN)
    store.add_grant(kept, AuthorizationCode("hash", "g", "client", "", "", URLS.resource, "challenge", NOW + 60))
    UnusedTokens(store, provider).end(ADA.subject, same, NOW)

    assert provider.revoked == []


@pytest.mark.parametrize("failure", [ProviderUnavailable(title="Plain", reason="away"), UnicodeError("of-nobody")])
def test_failure_is_only_told(caplog: pytest.LogCaptureFixture, failure: Exception) -> None:
    """Whatever goes wrong stands in the log, without the token, and goes no further."""

    def fail() -> None:
        raise failure

    UnusedTokens(MemoryStore(), Revoking(fail)).end(ADA.subject, TOKEN, NOW)

    assert f"could not end the provider token of {ADA.subject}" in caplog.text
    assert "of-nobody" not in caplog.text


@pytest.fixture
def never() -> Iterator[threading.Event]:
    """Return what does not happen before the test is over."""
    event = threading.Event()
    yield event
    event.set()


def test_nobody_waits_for_a_slow_provider(caplog: pytest.LogCaptureFixture, never: threading.Event) -> None:
    """A provider that does not answer is left to it."""
    UnusedTokens(MemoryStore(), Revoking(never.wait), patience=0).end(ADA.subject, TOKEN, NOW)

    assert "It was not done within 0 seconds" in caplog.text
