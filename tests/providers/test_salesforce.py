"""Salesforce, by its own habits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from responses import RequestsMock

from mxcp_flask.errors import ProviderDenied, ProviderRefused
from mxcp_flask.providers.salesforce import SalesforceOAuthHandler
from mxcp_flask.records import User
from tests.contracts.provider import ProviderContract
from tests.contracts.provider_answers import CALLBACK, CODE, TOKEN, VERIFIER, settings_of
from tests.support.clock import Clock

USERINFO_URL = "https://login.salesforce.com/services/oauth2/userinfo"
INSTANCE_URL = "https://fixture.my.salesforce.com"
PERSON = {
    "sub": "https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA",
    "user_id": "005000000000001AAA",
    "organization_id": "00D000000000001EAA",
    "preferred_username": "ada@fixture.org",
    "name": "Ada Fixture",
    "email": "ada@example.org",
    "email_verified": True,
    "active": True,
}
ANSWERS = {USERINFO_URL: PERSON}
TOKEN_ANSWER = {
    "access_token": "00DFIXTURE!AQ0001",
    "refresh_token": "5Aep_fixture",
    "scope": "refresh_token openid api",
    "instance_url": INSTANCE_URL,
    "issued_at": "1790000000000",
}


class TestSalesforce(ProviderContract):
    """An app of login.salesforce.com."""

    handler_class = SalesforceOAuthHandler
    token_answer = TOKEN_ANSWER
    user_answers = ANSWERS
    revocation = ("POST", "https://login.salesforce.com/services/oauth2/revoke", 200)
    revocation_needs = ("token=refresh-token-77aa",)
    user = User(
        provider="salesforce",
        id="00D000000000001EAA:005000000000001AAA",
        username="ada@fixture.org",
        name="Ada Fixture",
        email="ada@example.org",
    )


@pytest.fixture
def handler(clock: Clock) -> SalesforceOAuthHandler:
    """Return the handler with Salesforce's own URLs."""
    return SalesforceOAuthHandler(settings_of(SalesforceOAuthHandler), clock=clock)


def fetch(handler: SalesforceOAuthHandler, instance_url: str | None = None, **changes: Any) -> User:
    """Return who comes of a token with ``instance_url`` and an answer of userinfo with ``changes``."""
    with RequestsMock() as provider:
        provider.get(USERINFO_URL, json={**PERSON, **changes})
        return handler.fetch_user(replace(TOKEN, instance_url=instance_url))


def test_token_has_no_known_end(handler: SalesforceOAuthHandler) -> None:
    """The answer has no expires_in, and its instance_url is kept, also by a refresh."""
    with RequestsMock() as provider:
        provider.post(handler.defaults.token_url, json=TOKEN_ANSWER)
        token = handler.exchange(CODE, CALLBACK, VERIFIER)
        assert handler.refresh(token).instance_url == INSTANCE_URL

    assert (token.expires_at, token.instance_url) == (None, INSTANCE_URL)


@pytest.mark.parametrize("value", [False, None, "true", 1])
def test_only_a_verified_address_counts(handler: SalesforceOAuthHandler, value: Any) -> None:
    """An address is taken when Salesforce says in so many words that it is verified."""
    assert fetch(handler, email_verified=value).email is None


def test_inactive_user_is_refused(handler: SalesforceOAuthHandler) -> None:
    """A deactivated user does not sign in."""
    with pytest.raises(ProviderDenied, match="not active"):
        fetch(handler, active=False)


def test_invalid_token_comes_as_text(handler: SalesforceOAuthHandler) -> None:
    """Salesforce answers 403 and plain text to a token that has ended."""
    with RequestsMock() as provider:
        provider.get(USERINFO_URL, status=403, body="Bad_OAuth_Token")

        with pytest.raises(ProviderRefused):
            handler.fetch_user(TOKEN)


@pytest.mark.parametrize(
    "url",
    [
        INSTANCE_URL,
        f"{INSTANCE_URL}/",
        "https://site.force.com",
        "https://login.salesforce.com",
        "https://FIXTURE.MY.SALESFORCE.COM",
        None,
        "",
    ],
)
def test_instance_at_salesforce_is_believed(handler: SalesforceOAuthHandler, url: str | None) -> None:
    """The person's own API is where the token answer says, if that is at Salesforce."""
    assert fetch(handler, url).instance_url == (url or None)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "https://salesforce.com.evil.example",
        "https://evilsalesforce.com",
        "https://evil.example/.salesforce.com",
        "https://evil.example?.salesforce.com",
        "https://evil.example#.salesforce.com",
        "https://fixture.my.salesforce.com@evil.example",
        "https://ada@fixture.my.salesforce.com",
        "https://fixture.my.salesforce.com/path",
        "http://fixture.my.salesforce.com",
        "http://login.salesforce.com",
        "ftp://login.salesforce.com",
        "//login.salesforce.com",
        "https://[::1",
        "https://169.254.169.254",
        "javascript:alert(1)",
        "fixture.my.salesforce.com",
    ],
)
def test_instance_elsewhere_is_refused(handler: SalesforceOAuthHandler, url: str) -> None:
    """A place that is not at Salesforce, or not over TLS, never gets the person's token."""
    with pytest.raises(ProviderRefused, match="instance_url"):
        fetch(handler, url)


def test_sandbox_is_reached_by_its_own_urls() -> None:
    """The API is at the token endpoint's host, and that host may be the instance."""
    token_url = "https://test.example:8443/services/oauth2/token"
    handler = SalesforceOAuthHandler(settings_of(SalesforceOAuthHandler, token_url=token_url))
    with RequestsMock() as provider:
        provider.get("https://test.example:8443/services/oauth2/userinfo", json=PERSON)
        user = handler.fetch_user(replace(TOKEN, instance_url="https://test.example:8443"))

    assert user.instance_url == "https://test.example:8443"
