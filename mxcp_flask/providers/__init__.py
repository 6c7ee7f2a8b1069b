"""Identity providers: GitHub, Atlassian, Salesforce, and whatever is added beside it.

To add one: a file with a subclass of ``ExternalOAuthHandler`` and a line in ``PROVIDERS``.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from mxcp_flask.errors import ProviderNotAvailable
from mxcp_flask.providers.atlassian import AtlassianOAuthHandler
from mxcp_flask.providers.base import ExternalOAuthHandler, ProviderDefaults, ProviderSettings
from mxcp_flask.providers.github import GitHubOAuthHandler
from mxcp_flask.providers.salesforce import SalesforceOAuthHandler

__all__ = ["PROVIDERS", "ExternalOAuthHandler", "ProviderDefaults", "ProviderSettings", "create_oauth_handler"]

PROVIDERS: dict[str, type[ExternalOAuthHandler]] = {
    "github": GitHubOAuthHandler,
    "atlassian": AtlassianOAuthHandler,
    "salesforce": SalesforceOAuthHandler,
}


class AuthConfig(Protocol):
    """The part of the auth section that the factory reads."""

    @property
    def provider(self) -> str:
        """Return the provider's name, or ``none``."""

    @property
    def settings(self) -> ProviderSettings | None:
        """Return the provider's own section."""


def create_oauth_handler(
    auth_config: AuthConfig, clock: Callable[[], float] = time.time
) -> ExternalOAuthHandler | None:
    """Return the handler of the configured provider, or None for ``provider: none``.

    Raises:
        ProviderNotAvailable: there is no provider of that name.

    """
    if auth_config.provider == "none" or auth_config.settings is None:
        return None
    if auth_config.provider not in PROVIDERS:
        raise ProviderNotAvailable(name=auth_config.provider, available=", ".join(["none", *PROVIDERS]))
    return PROVIDERS[auth_config.provider](auth_config.settings, clock=clock)
