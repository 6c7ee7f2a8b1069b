"""What a provider may set by a class attribute, and what stands in a repr."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from mxcp_flask.providers import ExternalOAuthHandler, ProviderDefaults
from mxcp_flask.records import ProviderToken, User
from tests.contracts.provider_answers import CALLBACK, SECRET, VERIFIER, settings_of


class PlainProvider(ExternalOAuthHandler):
    """A provider with nothing of its own."""

    name = "plain"
    title = "Plain"
    defaults = ProviderDefaults(
        scope="a b",
        callback_path="/plain/callback",
        auth_url="https://idp.example/authorize",
        token_url="https://idp.example/token",
        api_url="https://idp.example/api/",
    )

    def fetch_user(self, token: ProviderToken) -> User:
        """Return whoever has the token."""
        return User(self.name, token.access_token, "plain")


class OddProvider(PlainProvider):
    """A provider without PKCE and with a parameter more."""

    pkce = False
    authorize_parameters: ClassVar[dict[str, str]] = {"audience": "api", "scope": "a b c"}


def query_of(handler: ExternalOAuthHandler) -> dict[str, list[str]]:
    """Return the parameters that the browser takes to the provider."""
    return parse_qs(urlsplit(handler.authorize_url(CALLBACK, "s&s=1", VERIFIER)).query, strict_parsing=True)


def test_pkce_may_be_switched_off() -> None:
    """A provider that does not know PKCE gets none of it."""
    assert not {"code_challenge", "code_challenge_method"} & query_of(OddProvider(settings_of(OddProvider))).keys()


def test_parameters_may_be_added_and_replaced() -> None:
    """A provider's own parameters win over the standard ones, each sent once."""
    query = query_of(OddProvider(settings_of(OddProvider)))

    assert (query["audience"], query["scope"], query["state"]) == (["api"], ["a b c"], ["s&s=1"])


@pytest.mark.parametrize("auth_url", ["https://idp.example/a?tenant=x", "https://idp.example/a?tenant=x&"])
def test_query_of_the_configured_url_stays(auth_url: str) -> None:
    """A query in the authorization URL is kept (RFC 6749 §3.1)."""
    url = PlainProvider(settings_of(PlainProvider, auth_url=auth_url)).authorize_url(CALLBACK, "s", VERIFIER)

    assert url.startswith(f"{auth_url}&response_type=code&client_id=")


def test_settings_hide_the_secret() -> None:
    """Settings that reach a log show no client secret."""
    assert SECRET not in repr(settings_of(PlainProvider))


def test_interface_is_abstract() -> None:
    """A provider that cannot say who a token belongs to is none."""
    with pytest.raises(TypeError, match="fetch_user"):
        ExternalOAuthHandler(settings_of(PlainProvider))  # type: ignore[abstract]
