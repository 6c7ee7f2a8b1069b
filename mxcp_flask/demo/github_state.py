"""What the stand-in remembers, in memory and for all threads of one server: consents, codes and tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mxcp_flask.digests import digest, new_secret

CODE_LIFETIME = 600  # seconds, as GitHub documents

_COVERED_BY_USER = frozenset({"user:email", "user:follow", "read:user"})


@dataclass(frozen=True)
class IssuedCode:
    """What an authorization code stands for."""

    login: str
    scopes: frozenset[str]
    redirect_uri: str
    code_challenge: str | None
    expires_at: float

    def is_proved_by(self, verifier: str) -> bool:
        """Tell whether ``verifier`` fits the challenge (RFC 7636 §4.6); without a challenge any does."""
        if self.code_challenge is None:
            return True
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        return hmac.compare_digest(challenge, self.code_challenge.encode())


@dataclass(frozen=True)
class IssuedToken:
    """What an access token stands for."""

    login: str
    scopes: frozenset[str]


def normalise(scopes: Iterable[str]) -> frozenset[str]:
    """Return ``scopes`` without those that another one covers, as GitHub reports them."""
    given = frozenset(scopes)
    return given - _COVERED_BY_USER if "user" in given else given


class GitHubState:
    """Everything that changes while the stand-in runs. Codes and tokens are kept as digests."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._consents: dict[str, frozenset[str]] = {}
        self._codes: dict[str, IssuedCode] = {}
        self._tokens: dict[str, IssuedToken] = {}

    def consent(self, login: str, scopes: frozenset[str]) -> None:
        """Remember that the person lets the application have ``scopes``, besides what it has."""
        with self._lock:
            self._consents[login] = normalise(self._consents.get(login, frozenset()) | scopes)

    def consented(self, login: str) -> frozenset[str] | None:
        """Return the scopes that the person lets the application have, or None before the first consent."""
        with self._lock:
            return self._consents.get(login)

    def issue_code(self, login: str, scopes: frozenset[str], redirect_uri: str, code_challenge: str | None) -> str:
        """Return a new code that lives for ``CODE_LIFETIME`` seconds."""
        code = new_secret()
        issued = IssuedCode(login, scopes, redirect_uri, code_challenge, self._clock() + CODE_LIFETIME)
        with self._lock:
            self._codes[digest(code)] = issued
        return code

    def take_code(self, code: str) -> IssuedCode | None:
        """Use up ``code`` and return what it stands for, or None when it is unknown, used or expired. Succeeds once."""
        with self._lock:
            issued = self._codes.pop(digest(code), None)
        return issued if issued is not None and self._clock() < issued.expires_at else None

    def issue_token(self, login: str, scopes: frozenset[str]) -> str:
        """Return a new access token. It lives until it is revoked, as a classic OAuth app's does."""
        token = new_secret("gho_")
        with self._lock:
            self._tokens[digest(token)] = IssuedToken(login, scopes)
        return token

    def find_token(self, token: str) -> IssuedToken | None:
        """Return what ``token`` stands for, or None when it is unknown or revoked."""
        with self._lock:
            return self._tokens.get(digest(token))

    def revoke_token(self, token: str) -> bool:
        """End ``token`` and tell whether there was one. The person's consent stays."""
        with self._lock:
            return self._tokens.pop(digest(token), None) is not None
