"""Revocation (RFC 7009) and introspection (RFC 7662). Either kind of token is found, whatever the hint says."""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint as AuthlibRevocation
from authlib.oauth2.rfc7662 import IntrospectionEndpoint as AuthlibIntrospection

from mxcp_flask.digests import digest
from mxcp_flask.oauth.grants import AUTH_METHODS
from mxcp_flask.oauth.requests import PlainRequest
from mxcp_flask.records import Client, Grant, Token

Found = tuple[Token, Grant]


class RevocationEndpoint(AuthlibRevocation):  # type: ignore[misc]
    """Ends the whole grant of a token, so that neither its refresh token nor its access tokens work on.

    A token that is unknown, or another client's, gets the same 200 as one that was revoked (RFC 7009 §2.2).
    """

    CLIENT_AUTH_METHODS = AUTH_METHODS

    def authenticate_token(self, request: PlainRequest, client: Client) -> Token | None:
        """Return the client's token, or None when there is nothing to revoke."""
        found = _find(self.server, request)
        if found is None or found[0].client_id != client.client_id:
            return None
        request.grant = found[1]
        return found[0]

    def revoke_token(self, token: Token, request: PlainRequest) -> None:  # noqa: ARG002 (Authlib's hook)
        """End the token's grant."""
        self.server.end_grant(request.grant, "token_revoked")


class IntrospectionEndpoint(AuthlibIntrospection):  # type: ignore[misc]
    """Tells confidential clients about tokens: configured ones about all, registered ones about their own."""

    CLIENT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def authenticate_token(self, request: PlainRequest, client: Client) -> Found | None:
        """Return what may be told about, or None."""
        found = _find(self.server, request)
        if found is None or found[0].used_at is not None:
            return None
        return found if client.configured or found[0].client_id == client.client_id else None

    def create_introspection_payload(self, token: Found | None) -> dict[str, Any]:
        """Return the answer of RFC 7662 §2.2; about what is not active it says nothing more."""
        if token is None:
            return {"active": False}
        found, grant = token
        return {
            "active": True,
            "scope": found.scope,
            "client_id": found.client_id,
            "username": grant.user.username,
            "token_type": "Bearer" if found.kind == "access" else "refresh_token",
            "exp": found.expires_at,
            "iat": found.issued_at,
            "sub": grant.user.subject,
            "aud": found.resource,
            "iss": found.resource.removesuffix("/mcp"),
        }


def _find(server: Any, request: PlainRequest) -> Found | None:
    text = request.form.get("token")
    if text is None:
        raise InvalidRequestError("'token' is missing.")
    found: Found | None = server.store.find_token(digest(text), server.now())
    return found
