"""The registry of providers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from mxcp_flask.errors import ProviderNotAvailable
from mxcp_flask.providers import PROVIDERS, ExternalOAuthHandler, ProviderSettings, create_oauth_handler
from tests.contracts.provider_answers import settings_of

GITHUB = settings_of(PROVIDERS["github"])


@dataclass(frozen=True)
class Section:
    """The part of the auth section that the factory reads."""

    provider: str
    settings: ProviderSettings | None


@pytest.mark.parametrize("name", PROVIDERS)
def test_handler_of_the_configured_provider(name: str) -> None:
    """The factory gives the named provider's handler with the section's settings."""
    handler = create_oauth_handler(Section(name, GITHUB))

    assert type(handler) is PROVIDERS[name]
    assert handler.settings is GITHUB


@pytest.mark.parametrize("section", [Section("none", None), Section("none", GITHUB), Section("github", None)])
def test_no_provider_no_handler(section: Section) -> None:
    """Without a provider, or without its section, there is no handler."""
    assert create_oauth_handler(section) is None


@pytest.mark.parametrize("name", ["", "GitHub", "gitlab", "github "])
def test_unknown_provider(name: str) -> None:
    """A name that is not exactly a provider's is reported with those that there are."""
    with pytest.raises(ProviderNotAvailable, match=f"'{name}' is not available.*none, github") as caught:
        create_oauth_handler(Section(name, GITHUB))
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("handler_class", PROVIDERS.values())
def test_provider_is_complete(handler_class: type[ExternalOAuthHandler]) -> None:
    """Each provider is registered under its own name, and its own URLs are all over TLS."""
    defaults = handler_class.defaults

    assert PROVIDERS[handler_class.name] is handler_class
    assert handler_class.title
    assert defaults.scope
    assert defaults.callback_path == f"/{handler_class.name}/callback"
    for url in filter(None, (defaults.auth_url, defaults.token_url, defaults.api_url)):
        assert urlsplit(url).scheme == "https"
