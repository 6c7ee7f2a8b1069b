"""Where a database server is, in words that may be shown."""

from __future__ import annotations

from urllib.parse import urlsplit


def shown(url: str) -> str:
    """Return ``url`` without user, password and options."""
    parts = urlsplit(url)
    return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"
