"""What people have let the application do, and the codes that say so, in memory and for all threads of one server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mxcp_flask.digests import digest, new_secret

CODE_LIFETIME = 600  # seconds, as GitHub documents

Clock = Callable[[], float]
Normalise = Callable[[Iterable[str]], frozenset[str]]


@dataclass(frozen=True)
class Approval:
    """One answer of a person to the page: what its code and all tokens that come from it stand for."""

    id: str
    login: str
    scopes: frozenset[str]


@dataclass(frozen=True)
class IssuedCode:
    """What an authorization code stands for."""

    approval: Approval
    redirect_uri: str
    code_challenge: str | None
    expires_at: float

    def is_proved_by(self, verifier: str) -> bool:
        """Tell whether ``verifier`` fits the challenge (RFC 7636 §4.6); without a challenge any does."""
        if self.code_challenge is None:
            return True
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
        return hmac.compare_digest(challenge, self.code_challenge.encode())


class Approvals:
    """The consents of all people and the codes on their way. Codes are kept as digests.

    ``normalise`` drops the scopes that another one covers.
    """

    def __init__(self, clock: Clock, normalise: Normalise = frozenset) -> None:
        self._clock = clock
        self._normalise = normalise
        self._lock = threading.Lock()
        self._consents: dict[str, frozenset[str]] = {}
        self._codes: dict[str, IssuedCode] = {}

    def consent(self, login: str, scopes: frozenset[str]) -> None:
        """Remember that the person lets the application have ``scopes``, besides what it has."""
        with self._lock:
            self._consents[login] = self._normalise(self._consents.get(login, frozenset()) | scopes)

    def consented(self, login: str) -> frozenset[str] | None:
        """Return the scopes that the person lets the application have, or None before the first consent."""
        with self._lock:
            return self._consents.get(login)

    def covers(self, login: str, scopes: frozenset[str]) -> bool:
        """Tell whether the person has consented to all of ``scopes`` before."""
        consented = self.consented(login)
        return consented is not None and self._normalise(consented | scopes) == consented

    def issue_code(self, login: str, scopes: frozenset[str], redirect_uri: str, code_challenge: str | None) -> str:
        """Return a new code that lives for ``CODE_LIFETIME`` seconds."""
        code = new_secret()
        approval = Approval(new_secret(), login, scopes)
        issued = IssuedCode(approval, redirect_uri, code_challenge, self._clock() + CODE_LIFETIME)
        with self._lock:
            self._codes[digest(code)] = issued
        return code

    def take_code(self, code: str) -> IssuedCode | None:
        """Use up ``code`` and return what it stands for, or None when it is unknown, used or expired. Succeeds once."""
        with self._lock:
            issued = self._codes.pop(digest(code), None)
        return issued if issued is not None and self._clock() < issued.expires_at else None
