"""The token endpoint as a client uses it (RFC 6749 §4.1.3, §6), and revocation (RFC 7009)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mxcp_flask.errors import ClientForgotten, RemoteError, RemoteUnexpected, SignInEnded, SignInFailed
from mxcp_flask.remote import http
from mxcp_flask.remote.kept import SignedIn

_OF_CLIENT = frozenset({"invalid_client", "unauthorized_client"})


def exchange(before: SignedIn, code: str, verifier: str, redirect_uri: str, now: int) -> SignedIn:
    """Return ``before`` with the tokens that ``code`` gives. Raises SignInFailed, RemoteError."""
    answer = _ask(before, grant_type="authorization_code", code=code, code_verifier=verifier, redirect_uri=redirect_uri)
    if answer.status != 200:
        raise SignInFailed(reason=answer.reason)
    return _with_tokens(before, answer.object, now)


def refresh(before: SignedIn, now: int) -> SignedIn:
    """Return ``before`` with new tokens. Raises SignInEnded when there will be none any more, RemoteError."""
    if before.refresh_token is None:
        raise SignInEnded(url=before.url, reason="its token has expired")
    answer = _ask(before, grant_type="refresh_token", refresh_token=before.refresh_token)
    if answer.object.get("error") in _OF_CLIENT:
        again = f" --as {before.person}" if before.person else ""
        raise ClientForgotten(url=before.url, command=f"mxcp auth login {before.url}{again}")
    if answer.status in {400, 401}:
        raise SignInEnded(url=before.url, reason=answer.reason)
    if answer.status != 200:
        raise RemoteUnexpected(url=before.token_endpoint, reason=answer.reason)
    return _with_tokens(before, answer.object, now)


def knows_client(before: SignedIn) -> bool:
    """Tell whether the server still knows the client: it refuses a made-up token for the token's sake then."""
    answer = _ask(before, grant_type="refresh_token", refresh_token="none")  # noqa: S106 (nobody's)
    return answer.object.get("error") not in _OF_CLIENT


def revoke(signed_in: SignedIn) -> bool:
    """End the sign-in at its server, and tell whether that is certain. Raises RemoteError when it cannot be asked."""
    if signed_in.revocation_endpoint is None:
        return False
    token = signed_in.refresh_token or signed_in.access_token
    answer = http.send("POST", signed_in.revocation_endpoint, data={"token": token, **_client(signed_in)})
    if answer.status not in {200, 401}:  # 401: the server does not even know the client any more
        raise RemoteError(url=signed_in.url, reason=answer.reason)
    return True


def _ask(before: SignedIn, **form: str) -> http.Answer:
    return http.send("POST", before.token_endpoint, data={**form, "resource": before.url, **_client(before)})


def _client(signed_in: SignedIn) -> dict[str, str]:
    secret = {"client_secret": signed_in.client_secret} if signed_in.client_secret else {}
    return {"client_id": signed_in.client_id, **secret}


def _with_tokens(before: SignedIn, body: Mapping[str, Any], now: int) -> SignedIn:
    token, seconds = body.get("access_token"), body.get("expires_in")
    if not isinstance(token, str) or str(body.get("token_type", "")).lower() != "bearer":
        raise RemoteUnexpected(url=before.token_endpoint, reason="there is no bearer token in it")
    return replace(
        before,
        access_token=token,
        refresh_token=body.get("refresh_token") or before.refresh_token,
        scope=str(body.get("scope") or before.scope),
        expires_at=now + seconds if isinstance(seconds, int) else None,
    )
