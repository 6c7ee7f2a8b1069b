"""Our authorization server: Authlib's, over the store, with plain requests and answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer as AuthlibServer
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidGrantError

from mxcp_flask.digests import digest, new_secret
from mxcp_flask.oauth.grants import AuthorizationCodeGrant
from mxcp_flask.oauth.pkce import S256Only
from mxcp_flask.oauth.requests import PlainRequest
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.records import AuthorizationCode, Client, Token
from mxcp_flask.store.base import ClientStore, Store

log = logging.getLogger("mxcp.oauth")


@dataclass(frozen=True)
class Lifetimes:
    """How long things live, in seconds."""

    access: int = 3600
    code: int = 60
    sign_in: int = 600


@dataclass
class PlainResponse:
    """An answer of the authorization server: JSON, or a redirect."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict, repr=False)  # Location holds the code

    @property
    def location(self) -> str | None:
        """Return where the answer redirects to."""
        return self.headers.get("Location")


class IssuedToken(dict[str, Any]):
    """A token answer (RFC 6749 §5.1). Authlib logs it; its text shows nothing."""

    def __repr__(self) -> str:
        return "<issued token>"


class AuthorizationServer(AuthlibServer):  # type: ignore[misc]
    """The one server that all blueprints share."""

    def __init__(
        self,
        clients: ClientStore,
        store: Store,
        scopes: ScopePolicy,
        lifetimes: Lifetimes,
        clock: Callable[[], float],
    ) -> None:
        super().__init__()
        self.clients = clients
        self.store = store
        self.scopes = scopes
        self.lifetimes = lifetimes
        self.clock = clock
        self.register_token_generator("default", self._generate)
        self.register_grant(AuthorizationCodeGrant, [S256Only()])

    def now(self) -> int:
        """Return the time in whole seconds since the epoch."""
        return int(self.clock())

    def query_client(self, client_id: str) -> Client | None:
        """Return the client, bounded by the scope policy."""
        client = self.clients.get_client(client_id)
        return self.scopes.bound(client) if client else None

    def authenticate_client(self, request: PlainRequest, methods: tuple[str, ...], endpoint: str = "token") -> Client:
        """Authenticate the client; every failure looks the same, and is a 401 so that clients register anew."""
        try:
            client: Client = super().authenticate_client(request, methods, endpoint)
        except (InvalidClientError, ValueError) as error:
            raise InvalidClientError(description="Client authentication failed.", status_code=401) from error
        return client

    def save_token(self, token: IssuedToken, request: PlainRequest) -> None:
        """Redeem the request's code for ``token``, both in one transaction."""
        code: AuthorizationCode = request.authorization_code
        now = self.now()
        access = Token(
            token_hash=digest(token["access_token"]),
            kind="access",
            grant_id=code.grant_id,
            client_id=code.client_id,
            scope=code.scope,
            resource=code.resource,
            issued_at=now,
            expires_at=now + self.lifetimes.access,
        )
        if not self.store.redeem_code(code.code_hash, [access], now):
            self.end_replayed(code)
            raise InvalidGrantError("Invalid 'code' in request.")
        log.info("issued an access token to client %s for grant %s", code.client_id, code.grant_id)

    def end_replayed(self, code: AuthorizationCode) -> None:
        """End the grant of a code that was presented twice."""
        log.warning("authorization code of client %s replayed: grant %s ends", code.client_id, code.grant_id)
        self.store.revoke_grant(code.grant_id, self.now())

    def create_oauth2_request(self, request: PlainRequest) -> PlainRequest:
        """Return the request as it is: the edge made it."""
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> PlainResponse:
        """Return the answer as plain values."""
        return PlainResponse(status, body, dict(headers))

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Do nothing: nobody listens."""

    def _generate(self, *, scope: str, **_: object) -> IssuedToken:
        token = IssuedToken(access_token=new_secret("mx_at_"), expires_in=self.lifetimes.access, scope=scope)
        return IssuedToken(token, token_type="Bearer")  # noqa: S106
