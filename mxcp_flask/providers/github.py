"""GitHub, and GitHub Enterprise Server through ``auth_url``, ``token_url`` and ``api_url``."""

from __future__ import annotations

from urllib.parse import quote

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
    scope_words = {  # noqa: RUF012
        "user:email": "Read your e-mail addresses",
        "read:user": "Read your whole profile",
        "user": "Read and change your profile",
        "read:org": "See which organizations and teams you belong to",
        "public_repo": "Read and change your public repositories",
        "repo": "Read and change all your repositories, private ones too",
        "repo:status": "Read and set the status of commits",
        "gist": "Write gists",
        "notifications": "Read your notifications",
        "project": "Read and change your projects",
        "read:project": "Read your projects",
        "workflow": "Change the workflows of GitHub Actions",
    }

    def fetch_user(self, token: ProviderToken) -> User:
        """Read ``/user`` and ``/user/emails``. The subject is the numeric id: a login can change hands."""
        person = self.fetch_object("/user", token)
        number, login, name = person.get("id"), person.get("login"), person.get("name")
        if type(number) is not int or not isinstance(login, str) or not login:
            raise self.refused("/user names no id and login")
        return User(
            provider=self.name,
            id=str(number),
            username=login,
            name=name if isinstance(name, str) else None,
            email=self._email(token),
            username_unique=True,
            organizations=self._organizations(token),
        )

    def revoke(self, token: ProviderToken) -> bool:
        """End the token (docs.github.com, "Delete an app token"). The person's consent at GitHub stays."""
        app, secret = self.settings.client_id, self.settings.client_secret
        url = f"{self.api_base().rstrip('/')}/applications/{quote(app, safe='')}/token"
        answer = self.http.delete(url, {"access_token": token.access_token}, app, secret)
        if answer.status != 204:
            raise self.refused(f"the revocation was answered with status {answer.status}")
        return True

    def _email(self, token: ProviderToken) -> str | None:
        # 404 without the scope user:email. The address in /user is not used: nothing there says whether it is verified.
        for entry in self.fetch_list("/user/emails", token):
            if entry.get("primary") is True and entry.get("verified") is True:
                email = entry.get("email")
                return email if isinstance(email, str) else None
        return None

    def _organizations(self, token: ProviderToken) -> tuple[str, ...]:
        # Without read:org GitHub lists public memberships at best, so it is asked only when the scope is.
        if not {"read:org", "admin:org", "write:org"} & set(self.settings.scope.split()):
            return ()
        logins = (entry.get("login") for entry in self.fetch_list("/user/orgs?per_page=100", token))
        return tuple(login for login in logins if isinstance(login, str))
