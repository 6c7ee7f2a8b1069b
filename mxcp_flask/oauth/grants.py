"""The authorization code grant (RFC 6749 §4.1), with what Authlib's leaves to chance.

A code is redeemed in the same transaction that adds its token, so of any number of parallel exchanges one succeeds.
Seeing a redeemed code again ends the grant, and with it the token that came from it (RFC 6749 §4.1.2, RFC 9700 §2.1.1).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from authlib.oauth2.rfc6749 import (
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Error,
    UnsupportedResponseTypeError,
    grants,
)

from mxcp_flask.digests import digest, new_secret
from mxcp_flask.oauth.tokens import IssuedToken, records_of
from mxcp_flask.oauth.urls import Urls, extended
from mxcp_flask.records import AuthorizationCode, Client, Grant, ProviderToken, User

log = logging.getLogger("mxcp.oauth")
AUTH_METHODS = ("client_secret_basic", "client_secret_post", "none")


class InvalidTargetError(OAuth2Error):  # type: ignore[misc]
    """The requested resource is not this server (RFC 8707 §2)."""

    error = "invalid_target"
    description = "'resource' does not name this server."


class RedirectUriUnknown(InvalidRequestError):  # type: ignore[misc]
    """The client asks for an answer at an address that is none of its own (RFC 6749 §4.1.2.1)."""


@dataclass(frozen=True)
class SignedIn:
    """A person who consented and signed in, with what the client may have on their behalf."""

    user: User
    scope: str
    provider_token: ProviderToken = field(repr=False)


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """Issues and redeems authorization codes. ``server`` is our AuthorizationServer."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    @classmethod
    def check_authorization_endpoint(cls, request: Any) -> bool:  # noqa: ARG003 (Authlib's interface)
        """Take every request: it is the only grant, and its own checks come in the right order."""
        return True

    @staticmethod
    def validate_authorization_redirect_uri(request: Any, client: Client) -> str:
        """Return the proven redirect URI. What follows may be redirected; until here nothing may."""
        asked = request.payload.redirect_uri
        if asked and not client.check_redirect_uri(asked):
            raise RedirectUriUnknown("'redirect_uri' is not registered for this client.")
        redirect_uri: str | None = asked or client.get_default_redirect_uri()
        if not redirect_uri:
            raise InvalidRequestError("'redirect_uri' is missing, and the client has not exactly one.")
        _require_code(request.payload.data.get("response_type"), redirect_uri)
        return redirect_uri

    def validate_authorization_request(self) -> str:
        """Check the request, and bind it to a resource (RFC 8707 §2.1); ours, when it names none."""
        redirect_uri: str = super().validate_authorization_request()
        resource = self.request.payload.data.get("resource")
        if resource is not None and not self.urls.names_resource(resource):
            raise InvalidTargetError(redirect_uri=redirect_uri)
        return redirect_uri

    def create_authorization_response(
        self, redirect_uri: str, grant_user: SignedIn
    ) -> tuple[int, str, list[tuple[str, str]]]:
        """Issue a code. Authlib's would write the redirect URI anew: ``app:///cb?x`` becomes ``app:/cb?x=``."""
        self.request.user = grant_user
        parameters = {"code": self.generate_authorization_code()}
        self.save_authorization_code(parameters["code"], self.request)
        if self.request.payload.state:
            parameters["state"] = self.request.payload.state
        return 302, "", [("Location", extended(redirect_uri, parameters))]

    def generate_authorization_code(self) -> str:
        """Return a new code."""
        return new_secret("mx_ac_")

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keep the grant and its code, before the browser is sent back."""
        signed_in: SignedIn = request.user
        now, lifetimes = self.server.now(), self.server.lifetimes
        grant = Grant(
            id=str(uuid4()),
            client_id=request.client.client_id,
            user=signed_in.user,
            scope=signed_in.scope,
            resource=self.urls.resource,
            created_at=now,
            expires_at=lifetimes.end_of_grant(now, refreshed=request.client.check_grant_type("refresh_token")),
            provider_token=signed_in.provider_token,
        )
        self.server.store.add_grant(grant, self._code_of(grant, code, now + lifetimes.code))

    def query_authorization_code(self, code: str, client: Client) -> AuthorizationCode | None:
        """Return the client's unused, unexpired code. A used one ends its grant."""
        found: AuthorizationCode | None = self.server.store.find_code(digest(code))
        if found is None or found.client_id != client.client_id:
            return None
        if found.used_at is not None:
            self.server.end_replayed(found)
            return None
        return found if found.expires_at > self.server.now() else None

    def validate_token_request(self) -> None:
        """Check the exchange; a ``resource`` in it must be the code's (RFC 8707 §2.2)."""
        super().validate_token_request()
        resource = self.request.payload.data.get("resource")
        if resource is not None and not self.urls.names_resource(resource):
            raise InvalidTargetError
        if self.request.authorization_code.resource != self.urls.resource:
            raise InvalidTargetError

    def authenticate_user(self, authorization_code: AuthorizationCode) -> Grant | None:
        """Return the grant that the code stands for, which holds the person; None when it has ended."""
        grant: Grant | None = self.server.store.find_grant(authorization_code.grant_id, self.server.now())
        return grant

    def save_token(self, token: IssuedToken) -> None:
        """Redeem the code for ``token``, both in one transaction."""
        server, code, grant = self.server, self.request.authorization_code, self.request.user
        now = server.now()
        records = records_of(token, code, now, server.lifetimes, grant.created_at)
        server.clients.touch_client(code.client_id, now)  # first: when it fails, the code is as good as before
        if not server.store.redeem_code(code.code_hash, records, now):
            server.end_replayed(code)
            raise InvalidGrantError("Invalid 'code' in request.")
        log.info("issued a token to client %s for grant %s", code.client_id, code.grant_id)
        server.audit.record("token_issued", client=code.client_id, subject=grant.user.subject, grant=grant.id)

    def delete_authorization_code(self, authorization_code: AuthorizationCode) -> None:
        """Do nothing: the code was redeemed with its token, and stays, so that a replay is seen."""

    def burn(self, code: AuthorizationCode) -> None:
        """Use ``code`` up without a token."""
        self.server.store.burn_code(code.code_hash, self.server.now())

    @property
    def urls(self) -> Urls:
        """Return our URLs, as this request sees them."""
        urls: Urls = self.request.urls
        return urls

    def _code_of(self, grant: Grant, code: str, expires_at: int) -> AuthorizationCode:
        return AuthorizationCode(
            code_hash=digest(code),
            grant_id=grant.id,
            client_id=grant.client_id,
            redirect_uri=self.request.payload.redirect_uri or "",
            scope=grant.scope,
            resource=grant.resource,
            code_challenge=self.request.payload.data["code_challenge"],
            expires_at=expires_at,
        )


def _require_code(response_type: str | None, redirect_uri: str) -> None:
    if response_type is None:
        raise InvalidRequestError("'response_type' is missing.", redirect_uri=redirect_uri)
    if response_type != "code":
        error = UnsupportedResponseTypeError("code", redirect_uri=redirect_uri)
        error.description = "'response_type' must be code."
        raise error
