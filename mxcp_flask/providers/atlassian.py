"""Atlassian Cloud (Jira and Confluence), through OAuth 2.0 (3LO)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.providers.base import ExternalOAuthHandler, ProviderDefaults
from mxcp_flask.records import ProviderToken, Site, User


class AtlassianOAuthHandler(ExternalOAuthHandler):
    """Signs people in with a 3LO app (developer.atlassian.com, "OAuth 2.0 (3LO) apps").

    Its token endpoint takes JSON. PKCE is not documented for it, so none is sent.
    """

    name = "atlassian"
    title = "Atlassian"
    defaults = ProviderDefaults(
        scope="read:me read:jira-work read:jira-user read:confluence-content.all read:confluence-user offline_access",
        callback_path="/atlassian/callback",
        auth_url="https://auth.atlassian.com/authorize",
        token_url="https://auth.atlassian.com/oauth/token",  # noqa: S106
        api_url="https://api.atlassian.com",
    )
    scope_words = {  # noqa: RUF012
        "read:me": "Read your profile",
        "read:account": "Read your account",
        "read:jira-work": "Read Jira projects, issues and comments that you can see",
        "read:jira-user": "Read Jira users' profiles",
        "write:jira-work": "Create and change Jira issues",
        "read:confluence-content.all": "Read Confluence pages and comments that you can see",
        "read:confluence-content.summary": "Read summaries of Confluence pages",
        "read:confluence-space.summary": "Read the names of Confluence spaces",
        "read:confluence-user": "Read Confluence users' profiles",
        "search:confluence": "Search Confluence",
        "write:confluence-content": "Create and change Confluence pages",
        "offline_access": "Keep this access while you are away",
    }
    authorize_parameters = {"audience": "api.atlassian.com", "prompt": "consent"}  # noqa: RUF012
    pkce = False
    token_request_as_json = True

    def fetch_user(self, token: ProviderToken) -> User:
        """Read ``/me`` and the person's sites. An account that is not active may not sign in; e-mail may be hidden."""
        person = self.fetch_object("/me", token)
        account, status = person.get("account_id"), person.get("account_status", "active")
        if not isinstance(account, str) or not account:
            raise self.refused("/me names no account_id")
        if status != "active":
            raise self.denied("the account is not active")
        email = _text(person.get("email")) if person.get("email_verified") is True else None
        return User(
            provider=self.name,
            id=account,
            username=email or account,  # a nickname is the person's own choice, and anybody's
            name=_text(person.get("name")) or _text(person.get("nickname")),
            email=email,
            sites=self._sites(token),
        )

    def _sites(self, token: ProviderToken) -> tuple[Site, ...]:
        # A site that has both Jira and Confluence is listed twice; a guest has none.
        sites = [_site(entry) for entry in self.fetch_list("/oauth/token/accessible-resources", token)]
        return tuple({site.id: site for site in sites if site.id}.values())


def _site(entry: Mapping[str, Any]) -> Site:
    return Site(*(_text(entry.get(key)) or "" for key in ("id", "name", "url")))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
