"""Salesforce Cloud; a sandbox, a My Domain or an Experience Cloud site through ``auth_url`` and ``token_url``."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

from mxcp_flask.providers.base import ExternalOAuthHandler, ProviderDefaults
from mxcp_flask.records import ProviderToken, User

_DOMAINS = (".salesforce.com", ".force.com", ".salesforce-sites.com")


class SalesforceOAuthHandler(ExternalOAuthHandler):
    """Signs people in with an External Client App or a Connected App (help.salesforce.com, "Web Server Flow").

    A token has no ``expires_in``: its end is the session's, which is unknown here.
    """

    name = "salesforce"
    title = "Salesforce"
    defaults = ProviderDefaults(
        scope="api refresh_token openid profile email",
        callback_path="/salesforce/callback",
        auth_url="https://login.salesforce.com/services/oauth2/authorize",
        token_url="https://login.salesforce.com/services/oauth2/token",  # noqa: S106
        api_url="",  # the host of token_url
    )
    scope_words = {  # noqa: RUF012
        "api": "Read and change data in Salesforce, as far as you may",
        "refresh_token": "Keep this access while you are away",
        "offline_access": "Keep this access while you are away",
        "openid": "Know who you are",
        "id": "Read your profile",
        "profile": "Read your profile",
        "email": "Read your e-mail address",
        "address": "Read your postal address",
        "phone": "Read your telephone number",
        "web": "Use your access token in the browser",
        "full": "Do everything that you can do",
        "chatter_api": "Read and post in Chatter",
    }

    def fetch_user(self, token: ProviderToken) -> User:
        """Read ``userinfo``. The subject is organization and user: a user's id is unique only with its organization."""
        person = self.fetch_object("/services/oauth2/userinfo", token)
        user, organization = _text(person.get("user_id")), _text(person.get("organization_id"))
        if not user or not organization:
            raise self.refused("userinfo names no user_id and organization_id")
        if person.get("active") is False:
            raise self.denied("the user is not active")
        return User(
            provider=self.name,
            id=f"{organization}:{user}",
            username=_text(person.get("preferred_username")) or user,
            name=_text(person.get("name")),
            email=_text(person.get("email")) if person.get("email_verified") is True else None,
            instance_url=self._instance_url(token),
        )

    def revoke(self, token: ProviderToken) -> bool:
        """End the refresh token, and with it its access tokens; without one, the access token itself."""
        url = urljoin(self.settings.token_url, "revoke")
        answer = self.http.post(url, {"token": token.refresh_token or token.access_token})
        if answer.status != 200:
            raise self.refused(f"the revocation was answered with status {answer.status}")
        return True

    def api_base(self) -> str:
        """Return the API's base URL: the token endpoint's host, unless configured."""
        parts = urlsplit(self.settings.token_url)
        return self.settings.api_url or f"{parts.scheme}://{parts.netloc}"

    def _instance_url(self, token: ProviderToken) -> str | None:
        """Return where the person's own API is, if that is a place to send their token to."""
        url = token.instance_url or ""
        if not url or self._is_trusted(url):
            return url or None
        raise self.refused("instance_url in the token answer is not at Salesforce")

    def _is_trusted(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
        except ValueError:
            return False
        if "@" in parts.netloc or parts.path not in {"", "/"} or parts.query or parts.fragment:
            return False
        known = {urlsplit(own)[:2] for own in (self.settings.token_url, self.settings.auth_url, self.api_base())}
        return parts[:2] in known or (parts.scheme == "https" and host.endswith(_DOMAINS))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
