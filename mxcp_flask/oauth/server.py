"""Our authorization server: Authlib's, over the store, with plain requests and answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer as AuthlibServer
from authlib.oauth2.rfc6749 import InvalidClientError, InvalidRequestError

from mxcp_flask.oauth.audit import Audit
from mxcp_flask.oauth.client_documents import ClientDocuments, is_document_url
from mxcp_flask.oauth.grants import AuthorizationCodeGrant
from mxcp_flask.oauth.pkce import S256Only
from mxcp_flask.oauth.refresh import RefreshTokenGrant
from mxcp_flask.oauth.requests import PlainRequest
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.token_endpoints import IntrospectionEndpoint, RevocationEndpoint
from mxcp_flask.oauth.tokens import IssuedToken, Lifetimes, new_answer
from mxcp_flask.records import AuthorizationCode, Client, Grant
from mxcp_flask.store.base import ClientStore, Store

log = logging.getLogger("mxcp.oauth")


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


class AuthorizationServer(AuthlibServer):  # type: ignore[misc]
    """The one server that all blueprints share. ``provider`` is the name of the one that people sign in with."""

    def __init__(
        self,
        clients: ClientStore,
        store: Store,
        scopes: ScopePolicy,
        lifetimes: Lifetimes,
        clock: Callable[[], float],
        provider: str,
        audit: Audit | None = None,
        documents: ClientDocuments | None = None,
    ) -> None:
        super().__init__()
        self.clients = clients
        self.store = store
        self.scopes = scopes
        self.lifetimes = lifetimes
        self.clock = clock
        self.provider = provider
        self.audit = audit or Audit()
        self.documents = documents
        self.register_token_generator("default", self._generate)
        self.register_grant(AuthorizationCodeGrant, [S256Only()])
        self.register_grant(RefreshTokenGrant)
        self.register_endpoint(RevocationEndpoint)
        self.register_endpoint(IntrospectionEndpoint)

    def now(self) -> int:
        """Return the time in whole seconds since the epoch."""
        return int(self.clock())

    def get_token_grant(self, request: PlainRequest) -> Any:
        """Return the grant that serves a token request. Authlib's says "unsupported" of a missing grant type too."""
        if request.payload.grant_type is None:
            raise InvalidRequestError("'grant_type' is missing.")
        return super().get_token_grant(request)

    def query_client(self, client_id: str) -> Client | None:
        """Return the client, bounded by the scope policy; one that is a URL describes itself there."""
        if self.documents is not None and is_document_url(client_id):
            client = self.documents.find(client_id)
        else:
            client = self.clients.get_client(client_id)
            if client is not None and client.fresh_until is not None:  # of a time when documents were read
                return None
        return self.scopes.bound(client) if client else None

    def authenticate_client(self, request: PlainRequest, methods: tuple[str, ...], endpoint: str = "token") -> Client:
        """Authenticate the client; every failure looks the same, and is a 401 so that clients register anew."""
        try:
            client: Client = super().authenticate_client(request, methods, endpoint)
        except (InvalidClientError, ValueError) as error:
            raise InvalidClientError(description="Client authentication failed.", status_code=401) from error
        return client

    def end_replayed(self, code: AuthorizationCode) -> None:
        """End the grant of a code that was presented twice."""
        grant = self.store.find_grant(code.grant_id, self.now())
        if grant is not None:
            self.end_grant(grant, "code_replayed")

    def end_grant(self, grant: Grant, event: str, reason: str | None = None) -> None:
        """End ``grant``, and say in log and audit what for: ``event`` is one of the audit's."""
        log.warning("%s: the grant %s of %s for client %s ends", event, grant.id, grant.user.subject, grant.client_id)
        self.store.revoke_grant(grant.id, self.now())
        self.audit.record(event, reason=reason, **facts_of(grant))

    def create_oauth2_request(self, request: PlainRequest) -> PlainRequest:
        """Return the request as it is: the edge made it."""
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> PlainResponse:
        """Return the answer as plain values."""
        return PlainResponse(status, body, dict(headers))

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Do nothing: nobody listens."""

    def _generate(self, *, scope: str, include_refresh_token: bool = False, **_: object) -> IssuedToken:
        return new_answer(scope, self.lifetimes.access, refresh=include_refresh_token)


def facts_of(grant: Grant) -> dict[str, str]:
    """Return what the audit says of ``grant``."""
    user = grant.user
    return {"client": grant.client_id, "subject": user.subject, "username": user.username, "grant": grant.id}
