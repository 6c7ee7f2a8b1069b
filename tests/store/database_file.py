"""Looks into a database file, and changes of it, behind the store's back."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from mxcp_flask.store import Keyring

KEYRING = Keyring({"k1": bytes(32)})


def execute(path: Path, *statements: str) -> list[Any]:
    """Run ``statements`` on the database behind the store's back; return the last one's rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return [connection.execute(statement).fetchall() for statement in statements][-1]


def bytes_at_rest(path: Path) -> bytes:
    """Return all bytes of the database file and its write-ahead log, which must hold something."""
    log = path.with_name(f"{path.name}-wal").read_bytes()
    assert log
    return path.read_bytes() + log


def flipped(sealed: str, byte: int) -> str:
    """Return ``sealed`` with one bit of one byte of its nonce, ciphertext and tag changed."""
    key_id, _, encoded = sealed.partition(":")
    data = bytearray(base64.b64decode(encoded))
    data[byte] ^= 1
    return f"{key_id}:{base64.b64encode(data).decode('ascii')}"
