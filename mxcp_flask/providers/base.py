"""The provider interface. A provider is one file: data as class attributes, and one mapping.

The dance (RFC 6749 §4.1 with RFC 7636) is the same for all: send the person to ``authorize_url``, read the callback,
exchange the code, fetch the person. What differs between providers is data, or one overridden method.
"""

from __future__ import annotations

import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

from mxcp_flask.digests import s256
from mxcp_flask.errors import (
    CallbackRefused,
    ProviderDenied,
    ProviderError,
    ProviderGrantEnded,
    ProviderRefused,
    ProviderUnavailable,
)
from mxcp_flask.providers.http import Answer, ProviderHttp
from mxcp_flask.records import ProviderToken, User

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_OF_REDIRECT_URI = re.compile(r"redirect[_ ]?ur[il]|callback[_ ]?url", re.IGNORECASE)
_ACCESS_TOKEN = re.compile(r"[\x20-\x7e]+")  # RFC 6749, appendix A.12: all that a header can carry

_Kinds = Mapping[str, type[ProviderError]]
_UNAVAILABLE: _Kinds = {"temporarily_unavailable": ProviderUnavailable, "server_error": ProviderUnavailable}
_OF_CALLBACK: _Kinds = {**_UNAVAILABLE, "access_denied": ProviderDenied}  # RFC 6749 §4.1.2.1
# RFC 6749 §5.2, and what GitHub says. Nobody declines here: Atlassian's access_denied is about our credentials.
_OF_TOKEN: _Kinds = {**_UNAVAILABLE, "invalid_grant": ProviderGrantEnded, "bad_refresh_token": ProviderGrantEnded}


@dataclass(frozen=True)
class ProviderDefaults:
    """What a provider's configuration section may leave out."""

    scope: str
    callback_path: str
    auth_url: str
    token_url: str
    api_url: str


@dataclass(frozen=True)
class ProviderSettings:
    """A provider's configuration section, complete."""

    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    callback_path: str
    auth_url: str
    token_url: str
    api_url: str


class ExternalOAuthHandler(ABC):
    """One identity provider, as our authorization server uses it.

    Every method raises ``ProviderDenied``, ``ProviderRefused`` or ``ProviderUnavailable`` (errors.py), whose reason
    is for the log and holds no secret.
    """

    name: ClassVar[str]  # in the configuration, in URLs and in subjects
    title: ClassVar[str]  # for people
    defaults: ClassVar[ProviderDefaults]
    scope_words: ClassVar[Mapping[str, str]] = {}  # what its scopes let this server do, for people
    authorize_parameters: ClassVar[Mapping[str, str]] = {}  # beyond RFC 6749 §4.1.1
    pkce: ClassVar[bool] = True
    token_request_as_json: ClassVar[bool] = False

    def __init__(
        self, settings: ProviderSettings, http: ProviderHttp | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.settings = settings
        self.http = http or ProviderHttp(self.title)
        self.clock = clock

    def authorize_url(self, callback_url: str, state: str, verifier: str) -> str:
        """Return where to send the person's browser. ``verifier`` is that of our own PKCE pair, never the client's."""
        parameters = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": callback_url,
            "scope": self.settings.scope,
            "state": state,
            **self.authorize_parameters,
        }
        if self.pkce:
            parameters |= {"code_challenge": s256(verifier), "code_challenge_method": "S256"}
        joint = "&" if "?" in self.settings.auth_url else "?"
        return f"{self.settings.auth_url}{joint}{urlencode(parameters)}"

    def read_callback(self, arguments: Mapping[str, str]) -> str:
        """Return the code that the provider sent to our callback, or raise what it reports (RFC 6749 §4.1.2.1)."""
        error = arguments.get("error")
        if error is not None:
            raise self._error(_OF_CALLBACK, error, arguments.get("error_description", ""), ())
        code = arguments.get("code")
        if not code:
            raise ProviderRefused(title=self.title, reason="the callback has neither a code nor an error")
        return code

    def exchange(self, code: str, callback_url: str, verifier: str) -> ProviderToken:
        """Exchange ``code`` for the person's token at the provider (RFC 6749 §4.1.3). Never tried twice."""
        request = {
            "grant_type": "authorization_code",
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
            "code": code,
            "redirect_uri": callback_url,
        }
        if self.pkce:
            request["code_verifier"] = verifier
        return self._read_token(self._ask_token(request), (self.settings.client_secret, code, verifier))

    def refresh(self, token: ProviderToken) -> ProviderToken:
        """Return a new token for ``token``, which has a refresh token (RFC 6749 §6). Never tried twice.

        Raises:
            ProviderGrantEnded: the provider no longer honours the refresh token; only a new sign-in helps.

        """
        request = {
            "grant_type": "refresh_token",
            "client_id": self.settings.client_id,
            "client_secret": self.settings.client_secret,
            "refresh_token": token.refresh_token or "",
        }
        secrets = (self.settings.client_secret, token.access_token, token.refresh_token or "")
        new = self._read_token(self._ask_token(request), secrets)
        refresh_token = new.refresh_token or token.refresh_token  # not every provider rotates
        return replace(new, refresh_token=refresh_token, instance_url=token.instance_url)

    def revoke(self, token: ProviderToken) -> bool:  # noqa: ARG002 (for those that can)
        """End ``token`` there, and the refresh token beside it, and return True; False where nothing does that."""
        return False

    @abstractmethod
    def fetch_user(self, token: ProviderToken) -> User:
        """Ask the provider who ``token`` belongs to. Only a verified e-mail address may be returned."""

    def fetch(self, path: str, token: ProviderToken) -> Answer:
        """GET ``path`` of the provider's API as the token's owner."""
        return self.http.get(f"{self.api_base().rstrip('/')}{path}", token.access_token)

    def fetch_object(self, path: str, token: ProviderToken) -> Mapping[str, Any]:
        """Return the JSON object at ``path``; anything but that with status 200 is refused."""
        answer = self.fetch(path, token)
        if answer.status != 200 or not isinstance(answer.json, dict):
            raise self.refused(f"{path} answered with status {answer.status}")
        return answer.json

    def fetch_list(self, path: str, token: ProviderToken) -> list[Mapping[str, Any]]:
        """Return the JSON objects in the list at ``path``; none when it may not be read, or is no list."""
        answer = self.fetch(path, token)
        entries = answer.json if answer.status == 200 and isinstance(answer.json, list) else []
        return [entry for entry in entries if isinstance(entry, dict)]

    def asked(self) -> list[tuple[str, str | None]]:
        """Return the scopes that people are asked for at the provider, each with what it means, where we know."""
        return [(scope, self.scope_words.get(scope)) for scope in self.settings.scope.split()]

    def api_base(self) -> str:
        """Return the base URL of the provider's API."""
        return self.settings.api_url

    def denied(self, reason: str) -> ProviderDenied:
        """Return the error for a person whom this provider does not vouch for."""
        return ProviderDenied(title=self.title, reason=reason)

    def refused(self, reason: str) -> ProviderRefused:
        """Return the error for an answer that this provider should not have given."""
        return ProviderRefused(title=self.title, reason=reason)

    def _read_token(self, answer: Answer, secrets: tuple[str, ...]) -> ProviderToken:
        # GitHub reports errors with status 200, so the body is asked first.
        body = answer.json if isinstance(answer.json, dict) else {}
        if body.get("error"):
            raise self._error(_OF_TOKEN, str(body["error"]), str(body.get("error_description", "")), secrets)
        access_token = body.get("access_token")
        if answer.status != 200 or not isinstance(access_token, str) or not _ACCESS_TOKEN.fullmatch(access_token):
            raise self.refused(f"the token answer (status {answer.status}) holds no access token")
        refresh_token, scope, instance_url = (body.get(name) for name in ("refresh_token", "scope", "instance_url"))
        return ProviderToken(
            access_token=access_token,
            refresh_token=refresh_token if isinstance(refresh_token, str) else None,
            expires_at=self._expiry(body.get("expires_in")),
            scope=(scope if isinstance(scope, str) and scope else self.settings.scope).replace(",", " "),
            instance_url=instance_url if isinstance(instance_url, str) else None,
        )

    def _ask_token(self, request: Mapping[str, str]) -> Answer:
        return self.http.post(self.settings.token_url, request, as_json=self.token_request_as_json)

    def _expiry(self, expires_in: Any) -> int | None:
        try:
            seconds = int(expires_in)
        except (TypeError, ValueError, OverflowError):
            return None
        return int(self.clock()) + seconds if 0 < seconds < 10**9 else None

    def _error(self, kinds: _Kinds, error: str, description: str, secrets: tuple[str, ...]) -> ProviderError:
        reason = _printable(f"{error} {description}".strip(), secrets)
        unknown = CallbackRefused if _OF_REDIRECT_URI.search(reason) else ProviderRefused
        return kinds.get(error, unknown)(title=self.title, reason=reason)


def _printable(text: str, secrets: tuple[str, ...]) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "[secret]")
    return _UNPRINTABLE.sub(" ", text)[:200]
