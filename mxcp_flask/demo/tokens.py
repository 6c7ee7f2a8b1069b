"""The access and refresh tokens that the stand-in has issued, in memory and for all threads of one server."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, replace

from mxcp_flask.demo.approvals import Approval, Clock
from mxcp_flask.digests import digest


@dataclass(frozen=True)
class IssuedToken:
    """What an access or refresh token stands for. Times are seconds since the epoch."""

    approval: Approval
    issued_at: float
    expires_at: float
    companion: str | None = None  # of a refresh token: the digest of the access token that ends with its use
    used_at: float | None = None  # of a refresh token: when it was first used up


class Tokens:
    """All tokens, kept as digests. A lifetime is in seconds; without one a token lives until it is ended."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._access: dict[str, IssuedToken] = {}
        self._refresh: dict[str, IssuedToken] = {}

    def add_access(self, token: str, approval: Approval, lifetime: float = math.inf) -> IssuedToken:
        """Remember an access token and return what it stands for."""
        now = self._clock()
        issued = IssuedToken(approval, now, now + lifetime)
        with self._lock:
            self._access[digest(token)] = issued
        return issued

    def add_refresh(
        self, token: str, approval: Approval, lifetime: float = math.inf, companion: str | None = None
    ) -> None:
        """Remember a refresh token; ``companion`` is the access token that ends when this one is used up."""
        now = self._clock()
        issued = IssuedToken(approval, now, now + lifetime, digest(companion) if companion else None)
        with self._lock:
            self._refresh[digest(token)] = issued

    def find_access(self, token: str) -> IssuedToken | None:
        """Return what the access token stands for, or None when it is unknown, expired or ended."""
        with self._lock:
            issued = self._access.get(digest(token))
        return issued if issued is not None and self._clock() < issued.expires_at else None

    def find_refresh(self, token: str) -> IssuedToken | None:
        """Return what the refresh token stands for, or None when it is unknown, expired, used up or ended."""
        with self._lock:
            issued = self._refresh.get(digest(token))
        return issued if issued is not None and self._is_usable(issued, 0) else None

    def use_refresh(self, token: str, leeway: float = 0) -> IssuedToken | None:
        """Use up a refresh token and return what it stands for, or None when it is not usable.

        It works once, and again within ``leeway`` seconds of that; so long its companion lives on, too.
        """
        name = digest(token)
        with self._lock:
            issued = self._refresh.get(name)
            if issued is None or not self._is_usable(issued, leeway):
                return None
            if issued.used_at is None:
                now = self._clock()
                self._refresh[name] = replace(issued, used_at=now)
                self._shorten(issued.companion, now + leeway)
        return issued

    def end_access(self, token: str) -> IssuedToken | None:
        """End an access token and return what it stood for, or None when there was none."""
        with self._lock:
            return self._access.pop(digest(token), None)

    def end_all(self, approval: Approval) -> None:
        """End every token that came from ``approval``."""
        with self._lock:
            for tokens in (self._access, self._refresh):
                for name in [name for name, issued in tokens.items() if issued.approval == approval]:
                    del tokens[name]

    def _is_usable(self, issued: IssuedToken, leeway: float) -> bool:
        now = self._clock()
        return now < issued.expires_at and (issued.used_at is None or now < issued.used_at + leeway)

    def _shorten(self, companion: str | None, end: float) -> None:
        issued = self._access.get(companion or "")
        if issued is not None:
            self._access[companion or ""] = replace(issued, expires_at=min(issued.expires_at, end))
