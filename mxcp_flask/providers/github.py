"""GitHub, and GitHub Enterprise Server through ``auth_url``, ``token_url`` and ``api_url``."""

from __future__ import annotations

from mxcp_flask.providers.base import ExternalOAuthHandler, ProviderDefaults
from mxcp_flask.records import ProviderToken, User


class GitHubOAuthHandler(ExternalOAuthHandler):
    """Signs people in with an OAuth app of GitHub (docs.github.com, "Authorizing OAuth apps")."""

    name = "github"
    title = "GitHub"
    defaults = ProviderDefaults(
        scope="user:email",
        callback_path="/github/callback",
        auth_url="https://github.com/login/oauth/authorize",
        token_url="https://github.com/login/oauth/access_token",  # noqa: S106
        api_url="https://api.github.com",
    )

    def fetch_user(self, token: ProviderToken) -> User:
        """Read ``/user`` and ``/user/emails``. The subject is the numeric id: a login can change hands."""
        answer = self.fetch("/user", token)
        person = answer.json
        if answer.status != 200 or not isinstance(person, dict):
            raise self.refused(f"/user answered with status {answer.status}")
        number, login, name = person.get("id"), person.get("login"), person.get("name")
        if type(number) is not int or not isinstance(login, str) or not login:
            raise self.refused("/user names no id and login")
        return User(self.name, str(number), login, name if isinstance(name, str) else None, self._email(token))

    def _email(self, token: ProviderToken) -> str | None:
        # 404 without the scope user:email. The address in /user is not used: nothing there says whether it is verified.
        answer = self.fetch("/user/emails", token)
        entries = answer.json if answer.status == 200 and isinstance(answer.json, list) else []
        for entry in entries:
            if isinstance(entry, dict) and entry.get("primary") is True and entry.get("verified") is True:
                email = entry.get("email")
                return email if isinstance(email, str) else None
        return None
