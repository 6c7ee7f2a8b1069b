"""What SQLite and the operating system report, in words that say what to do."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store.room import may_grow

# By a part of SQLite's message: sqlite3 has no codes before Python 3.11. Filled with path, name and user.
ADVICE = (
    ("is full", "Nothing was written; make room on its disk, and the server goes on by itself"),
    ("readonly", "{user} may not write to it, {name}-wal and {name}-shm, or the disk is read-only"),
    (
        "unable to open",
        "{user} may not open it or create {name}-wal and {name}-shm, or the disk is read-only",
    ),
    ("I/O error", "Its disk fails, or a quota is used up; the system's log (dmesg) may say more"),
    ("locked", "Another program keeps it locked for longer than a request can wait; fuser -v {path} shows which one"),
    ("not a database", "It is damaged. Stop the server and restore a backup: mxcp auth restore"),
    ("malformed", "It is damaged. Stop the server and restore a backup: mxcp auth restore"),
)
_HARMLESS = ("is full", "locked")


@contextmanager
def faults_told(path: Path) -> Iterator[None]:
    """Turn every sqlite3.Error and OSError of the block into StoreNotUsable, with what to do where that is known."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise told(error, path) from error


def told(error: sqlite3.Error | OSError, path: Path) -> StoreNotUsable:
    """Return ``error`` in words, with what to do where that is known."""
    return StoreNotUsable(
        path=path, reason=_told(error, path) if isinstance(error, OSError) else _explained(str(error), path)
    )


def spoils_connection(error: sqlite3.Error) -> bool:
    """Tell whether a connection that met ``error`` may keep a file that is damaged, or one that it cannot write to."""
    return not isinstance(error, sqlite3.IntegrityError) and not any(part in str(error) for part in _HARMLESS)


def _explained(message: str, path: Path) -> str:
    if "I/O error" in message and _is_full(path):
        return f"{message}, as its disk is full. {ADVICE[0][1]}"
    user = f"The user with the id {os.geteuid()}"
    for part, advice in ADVICE:
        if part in message:
            return f"{message}. {advice.format(path=path, name=path.name, user=user)}"
    return message


def _is_full(path: Path) -> bool:
    try:
        return not may_grow(path)
    except OSError:
        return False


def _told(error: OSError, path: Path) -> str:
    if isinstance(error, FileNotFoundError) and error.filename == str(path):
        return "it is missing. Put it back, or restore a backup: mxcp auth restore"
    if isinstance(error, PermissionError):
        return f"the user with the id {os.geteuid()} has no right to reach {error.filename}"
    return f"{error.strerror} ({error.filename})"
