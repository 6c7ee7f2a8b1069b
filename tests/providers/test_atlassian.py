"""Atlassian, by its own habits."""

from __future__ import annotations

from typing import Any

import pytest
from responses import RequestsMock

from mxcp_flask.errors import ProviderDenied, ProviderRefused
from mxcp_flask.providers.atlassian import AtlassianOAuthHandler
from mxcp_flask.records import Site, User
from tests.contracts.provider import ProviderContract
from tests.contracts.provider_answers import CALLBACK, CODE, TOKEN, VERIFIER, settings_of
from tests.support.clock import Clock

ME_URL = "https://api.atlassian.com/me"
SITES_URL = "https://api.atlassian.com/oauth/token/accessible-resources"
PERSON = {
    "account_id": "557058:fixture-0001",
    "account_status": "active",
    "email": "ada@example.org",
    "email_verified": True,
    "name": "Ada Fixture",
    "nickname": "ada",
}
JIRA = {"id": "1111", "name": "fixture", "url": "https://fixture.atlassian.net", "scopes": ["read:jira-work"]}
ANSWERS = {ME_URL: PERSON, SITES_URL: [JIRA, {**JIRA, "scopes": ["read:confluence-content.all"]}]}
TOKEN_ANSWER = {"access_token": "eyJfixture.a.b", "expires_in": 3600, "refresh_token": "eyJfixture.r.1"}


class TestAtlassian(ProviderContract):
    """A 3LO app."""

    handler_class = AtlassianOAuthHandler
    token_answer = TOKEN_ANSWER
    user_answers = ANSWERS
    user = User(
        provider="atlassian",
        id="557058:fixture-0001",
        username="ada@example.org",
        name="Ada Fixture",
        email="ada@example.org",
        sites=(Site("1111", "fixture", "https://fixture.atlassian.net"),),
    )


@pytest.fixture
def handler(clock: Clock) -> AtlassianOAuthHandler:
    """Return the handler with Atlassian's own URLs."""
    return AtlassianOAuthHandler(settings_of(AtlassianOAuthHandler), clock=clock)


def fetch(handler: AtlassianOAuthHandler, person: dict[str, Any], sites: Any) -> User:
    """Return who comes of these answers of ``/me`` and the list of sites."""
    with RequestsMock(assert_all_requests_are_fired=False) as provider:
        provider.get(ME_URL, json=person)
        provider.get(SITES_URL, json=sites)
        return handler.fetch_user(TOKEN)


@pytest.mark.parametrize("status", ["inactive", "closed", "", None, True])
def test_account_must_be_active(handler: AtlassianOAuthHandler, status: Any) -> None:
    """An account that was closed signs nobody in."""
    with pytest.raises(ProviderDenied, match="not active"):
        fetch(handler, {**PERSON, "account_status": status}, [])


@pytest.mark.parametrize("hidden", [{"email": None}, {"email_verified": False}, {"email_verified": "true"}])
def test_address_may_be_hidden_or_unverified(handler: AtlassianOAuthHandler, hidden: dict[str, Any]) -> None:
    """A person without a verified address signs in by the account's id; a nickname is nobody's name."""
    user = fetch(handler, {**PERSON, **hidden}, [])

    assert (user.email, user.username) == (None, "557058:fixture-0001")


@pytest.mark.parametrize(
    ("entries", "ids"),
    [
        ([], []),
        ([JIRA, {**JIRA, "id": "2222"}], ["1111", "2222"]),
        ([JIRA, JIRA], ["1111"]),
        ([{"name": "no id"}, None, "text", JIRA], ["1111"]),
        ({"id": "1111"}, []),
    ],
)
def test_sites_are_merged(handler: AtlassianOAuthHandler, entries: Any, ids: list[str]) -> None:
    """A site with two products is one site; a guest has none; an entry without identifier is none."""
    assert [site.id for site in fetch(handler, PERSON, entries).sites] == ids


def test_wrong_secret_is_nobodys_refusal(handler: AtlassianOAuthHandler) -> None:
    """Atlassian answers a wrong client secret with 401 and access_denied, though no person declined."""
    with RequestsMock() as provider:
        provider.post(handler.defaults.token_url, status=401, json={"error": "access_denied"})

        with pytest.raises(ProviderRefused, match="access_denied"):
            handler.exchange(CODE, CALLBACK, VERIFIER)
