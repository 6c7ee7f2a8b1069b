"""An access token that works, refreshed by one process at a time: a refresh token that is used twice ends a sign-in."""

from __future__ import annotations

from collections.abc import Callable

from mxcp_flask.errors import SignInEnded
from mxcp_flask.remote import tokens
from mxcp_flask.remote.kept import SignedIn, SignIns

_EARLY = 30  # seconds before its end a token is refreshed


class Access:
    """Gives tokens for one server."""

    def __init__(self, kept: SignIns, url: str, clock: Callable[[], float]) -> None:
        self._kept = kept
        self._url = url
        self._clock = clock

    def token(self) -> str | None:
        """Return a token that has not expired, or None when nobody is signed in. Raises RemoteError, SignInEnded."""
        signed_in = self._kept.find(self._url)
        if signed_in is None or not self._is_old(signed_in):
            return signed_in.access_token if signed_in else None
        return self._refreshed(signed_in.access_token)

    def scope(self) -> str:
        """Return the scopes that were granted, separated by spaces."""
        signed_in = self._kept.find(self._url)
        return signed_in.scope if signed_in else ""

    def token_after(self, refused: str) -> str:
        """Return another token than ``refused``. Raises RemoteError, SignInEnded."""
        return self._refreshed(refused)

    def _refreshed(self, used: str) -> str:
        with self._kept.alone(self._url):
            found = self._kept.find(self._url)
            if found is None:
                raise SignInEnded(url=self._url, reason="somebody signed out")
            if found.access_token != used and not self._is_old(found):  # another process was faster
                return found.access_token
            new = tokens.refresh(found, int(self._clock()))
            self._kept.keep(new)
            return new.access_token

    def _is_old(self, signed_in: SignedIn) -> bool:
        return signed_in.expires_at is not None and signed_in.expires_at - _EARLY <= self._clock()
