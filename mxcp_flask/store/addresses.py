"""Where a database server is, in words that may be shown."""

from __future__ import annotations

from urllib.parse import urlsplit


def shown(url: str) -> str:
    """Return ``url`` without user, password and options; nothing of it when it is none that PostgreSQL would take."""
    parts = urlsplit(url)
    if "@" in parts.path:  # after a slash in the password
        return "postgresql"
    return f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path}"
