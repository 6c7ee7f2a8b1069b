"""The refresh grant (RFC 6749 §6) with rotation (RFC 9700 §4.14.2).

A refresh token works once. Within the grace period the same client may present it again, a few times: a parallel
refresh, or one whose answer was lost, is no attack. Later reuse ends the grant, and with it every token that came
from it.
"""

from __future__ import annotations

import logging
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, InvalidScopeError, grants

from mxcp_flask.digests import digest
from mxcp_flask.oauth.grants import AUTH_METHODS, InvalidTargetError
from mxcp_flask.oauth.tokens import IssuedToken, records_of
from mxcp_flask.records import Client, Grant, Token

log = logging.getLogger("mxcp.oauth")
MOST_ROTATIONS = 4  # of one refresh token, within its grace period


class RefreshTokenGrant(grants.RefreshTokenGrant):  # type: ignore[misc]
    """Rotates refresh tokens. ``server`` is our AuthorizationServer."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def validate_token_request(self) -> None:
        """Check the request; a ``resource`` in it must be the token's (RFC 8707 §2.2)."""
        super().validate_token_request()
        resource = self.request.payload.data.get("resource")
        urls = self.request.urls
        if (resource is not None and not urls.names_resource(resource)) or self._token.resource != urls.resource:
            raise InvalidTargetError

    def authenticate_user(self, refresh_token: Token) -> Grant:
        """Return the grant of the token; one whose person may not come in any more, or for nothing of it, ends.

        One of another provider than today's is refused, and works again when that provider is back.
        """
        grant: Grant = self.request.grant
        if grant.user.provider != self.server.provider:
            raise InvalidGrantError("'refresh_token' is not valid.")
        scopes = self.server.scopes
        if not scopes.admits(grant.user) or not scopes.for_person(refresh_token.scope, grant.user):
            self.server.end_grant(grant, "person_refused", "the person may not come in any more")
            raise InvalidGrantError("'refresh_token' is not valid.")
        return grant

    def issue_token(self, user: Grant, refresh_token: Token) -> IssuedToken:
        """Return a new answer, for the asked part of the scopes, within what the person may have today."""
        asked = self.request.payload.scope or refresh_token.scope
        scope = self.server.scopes.for_person(asked, user.user)
        if not scope:
            raise InvalidScopeError
        answer: IssuedToken = self.generate_token(user=user, scope=scope, include_refresh_token=True)
        return answer

    def save_token(self, token: IssuedToken) -> None:
        """Rotate, in one transaction. What cannot be rotated was used too late or too often."""
        server, grant = self.server, self.request.grant
        now = server.now()
        records = records_of(token, self._token, now, server.lifetimes, grant.created_at)
        grace = server.lifetimes.grace
        server.clients.touch_client(grant.client_id, now)  # first: when it fails, the token is as good as before
        if not server.store.rotate_token(self._token.token_hash, records, now, grace=grace, most=MOST_ROTATIONS):
            server.end_grant(grant, "refresh_token_reused")
            raise InvalidGrantError("'refresh_token' is not valid.")
        server.audit.record("token_refreshed", client=grant.client_id, subject=grant.user.subject, grant=grant.id)

    def revoke_old_credential(self, refresh_token: Token) -> None:
        """Do nothing: the old token was marked as it was rotated, and stays, so that reuse is seen."""

    @property
    def _token(self) -> Token:
        token: Token = self.request.refresh_token
        return token

    def _validate_request_token(self, client: Client) -> Token:
        text: Any = self.request.form.get("refresh_token")
        if text is None:
            raise InvalidRequestError("'refresh_token' is missing.")
        found = self.server.store.find_refresh_token(digest(text), self.server.now())
        if found is None or found[0].client_id != client.client_id:
            raise InvalidGrantError("'refresh_token' is not valid.")
        token: Token
        token, self.request.grant = found
        return token
