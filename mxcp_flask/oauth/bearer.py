"""Bearer tokens at the protected resource (RFC 6750), and the challenges that lead a client to one (RFC 9728 §5.1)."""

from __future__ import annotations

import re
from collections.abc import Callable

from mxcp_flask.digests import digest
from mxcp_flask.errors import TokenInvalid, TokenMalformed, TokenMissing
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.urls import Urls
from mxcp_flask.records import Grant, Token
from mxcp_flask.store.base import Store

_B64TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")


class BearerAuthentication:
    """Finds whose token a request carries. The identity is the token's, every time anew."""

    def __init__(self, store: Store, scopes: ScopePolicy, provider: str, clock: Callable[[], float]) -> None:
        self.store = store
        self.scopes = scopes
        self.provider = provider
        self.clock = clock

    def authenticate(self, authorization: str | None, urls: Urls) -> tuple[Token, Grant]:
        """Return the live access token of the Authorization header, with its grant.

        Raises:
            TokenMissing: there is no bearer token.
            TokenMalformed: there is more, or less, than one token.
            TokenInvalid: it is unknown, expired or revoked, was issued for another resource, or its person signed in
                with another provider than today's or may not come in any more.

        """
        found = self.store.find_token(digest(_token_in(authorization)), int(self.clock()))
        if found is None or found[0].kind != "access" or found[0].resource != urls.resource:
            raise TokenInvalid
        user = found[1].user
        if user.provider != self.provider or not self.scopes.admits(user):
            raise TokenInvalid
        return found


def challenge(urls: Urls, scopes: tuple[str, ...], error: str | None = None, description: str | None = None) -> str:
    """Return the value of WWW-Authenticate; without credentials there is no ``error`` (RFC 6750 §3.1)."""
    fields = {"resource_metadata": urls.resource_metadata, "scope": " ".join(scopes)}
    if error:
        fields = {"error": error, "error_description": description or "", **fields}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in fields.items() if value)


def _token_in(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise TokenMissing
    if not _B64TOKEN.fullmatch(token.strip()):
        raise TokenMalformed
    return token.strip()
