"""Tokens by their SHA-256 in SQLite, as the server that is measured keeps them: one look-up for each call."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

_LOCAL = threading.local()


def write_tokens(path: Path, token: str, others: int = 1000) -> None:
    """Write a file with ``token`` and so many others, each good for a day."""
    ends = int(time.time()) + 86_400
    rows = [(_hash_of(f"{token}{number}"), f"person-{number}", ends) for number in range(others)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE token (token_hash TEXT PRIMARY KEY, username TEXT, expires_at INTEGER)")
        connection.executemany("INSERT INTO token VALUES (?, ?, ?)", [*rows, (_hash_of(token), "ada-fixture", ends)])


def username_of(token: str) -> str | None:
    """Return whose ``token`` it is, None when it is not known or no longer good."""
    if not hasattr(_LOCAL, "connection"):
        _LOCAL.connection = sqlite3.connect(os.environ["BENCHMARK_TOKENS"], isolation_level=None)
    query = "SELECT username FROM token WHERE token_hash = ? AND expires_at > ?"
    found: tuple[str] | None = _LOCAL.connection.execute(query, (_hash_of(token), time.time())).fetchone()
    return found[0] if found else None


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
