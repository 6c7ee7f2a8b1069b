"""Who is signed in on the account page: a short-lived, signed cookie in one browser, and nothing on the server.

It is signed, not hidden: it holds what its own page shows. Before anybody has signed in there is one too, so that each
form is tied to the browser that was shown it; a sign-in makes a new one.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import astuple, dataclass

from itsdangerous import BadData, URLSafeSerializer

from mxcp_flask.digests import new_secret

SECONDS = 900  # from the sign-in, or from the first look at the page


@dataclass(frozen=True)
class Session:
    """What the cookie says. ``subject`` is empty while nobody has signed in."""

    id: str
    until: int  # seconds since the epoch
    subject: str = ""
    username: str = ""
    ended: int = 0  # what was ended just now, for the next page to tell


class Sessions:
    """Signs sessions with ``key`` for the server at ``base``, and reads them again."""

    def __init__(self, key: bytes, base: str) -> None:
        self._key = key
        self._serializer = URLSafeSerializer(
            key,
            salt=f"mxcp account {base}",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def start(self, now: int, subject: str = "", username: str = "") -> Session:
        """Return a new session."""
        return Session(new_secret(), now + SECONDS, subject, username)

    def seal(self, session: Session) -> str:
        """Return the cookie's text."""
        signed = self._serializer.dumps(astuple(session))
        return signed if isinstance(signed, str) else signed.decode("ascii")

    def open(self, text: str, now: int) -> Session | None:
        """Return the session in the cookie's text; None when it is not ours, was changed, or is over."""
        try:
            session = Session(*self._serializer.loads(text))
        except (BadData, TypeError):
            return None
        return session if session.until > now else None

    def csrf_token(self, session: Session) -> str:
        """Return what a form must bring back besides the cookie."""
        return hmac.new(self._key, f"csrf {session.id}".encode(), hashlib.sha256).hexdigest()

    def proves(self, session: Session, csrf_token: str) -> bool:
        """Tell whether a form that brings ``csrf_token`` was made for the session."""
        return hmac.compare_digest(self.csrf_token(session).encode(), csrf_token.encode("utf-8", "replace"))
