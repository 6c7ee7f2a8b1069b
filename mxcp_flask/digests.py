"""Random secrets and the digests that are kept of them.

Every secret that we make has 256 random bits, so SHA-256 without salt is enough to keep, and looking a secret up by its
digest leaks no timing.
"""

from __future__ import annotations

import base64
import hashlib
import secrets


def digest(secret: str) -> str:
    """Return the SHA-256 of ``secret`` as 64 hex digits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_secret(prefix: str = "") -> str:
    """Return ``prefix`` and 43 characters that hold 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def s256(verifier: str) -> str:
    """Return the S256 code challenge of ``verifier`` (RFC 7636 §4.2), 43 characters."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")
