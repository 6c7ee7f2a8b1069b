"""Our own tokens: opaque, random, with a prefix that tells their kind; only digests are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mxcp_flask.digests import digest, new_secret
from mxcp_flask.records import AuthorizationCode, Token

LEEWAY = 5  # seconds that an access token outlives its expires_in: the client counts from when the answer arrives
_ABSOLUTE = 3  # a grant that is used steadily ends after so many times the lifetime of a refresh token


@dataclass(frozen=True)
class Lifetimes:
    """How long things live, in seconds. A used refresh token may be presented again within ``grace``."""

    access: int = 3600
    refresh: int = 30 * 86400
    code: int = 60
    sign_in: int = 600
    grace: int = 30

    def end_of_grant(self, now: int, *, refreshed: bool) -> int:
        """Return when a grant that is made ``now`` ends, if it is never used again."""
        return now + self.code + (self.refresh if refreshed else self.access + LEEWAY)


class IssuedToken(dict[str, Any]):
    """A token answer (RFC 6749 §5.1). Authlib logs it; its text shows nothing."""

    def __repr__(self) -> str:
        return "<issued token>"


def new_answer(scope: str, lifetime: int, *, refresh: bool) -> IssuedToken:
    """Return a token answer with new secrets; ``lifetime`` is the access token's, in seconds."""
    answer = IssuedToken(access_token=new_secret("mx_at_"), token_type="Bearer", expires_in=lifetime, scope=scope)  # noqa: S106
    return IssuedToken(answer, refresh_token=new_secret("mx_rt_")) if refresh else answer


def records_of(
    answer: IssuedToken, source: AuthorizationCode | Token, now: int, lifetimes: Lifetimes, created_at: int
) -> list[Token]:
    """Return what to keep of ``answer``, which came from ``source``: an access token, and perhaps a refresh token.

    The refresh token has the source's scope, also when the access token's was narrowed (RFC 6749 §6). It ends when it
    is not used for its lifetime, and in any case three lifetimes after ``created_at``, when the grant was made.
    """
    common: dict[str, Any] = {
        "grant_id": source.grant_id,
        "client_id": source.client_id,
        "resource": source.resource,
        "issued_at": now,
    }
    tokens = [
        Token(
            token_hash=digest(answer["access_token"]),
            kind="access",
            scope=answer["scope"],
            expires_at=now + lifetimes.access + LEEWAY,
            **common,
        )
    ]
    if "refresh_token" in answer:
        ends = min(now + lifetimes.refresh, created_at + _ABSOLUTE * lifetimes.refresh)
        tokens.append(
            Token(
                token_hash=digest(answer["refresh_token"]),
                kind="refresh",
                scope=source.scope,
                expires_at=ends,
                **common,
            )
        )
    return tokens
