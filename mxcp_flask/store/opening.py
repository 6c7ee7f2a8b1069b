"""Opening an SQLite file, and telling which file it is."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.records import Grant, Token
from mxcp_flask.store.room import require_room_to_open

BUSY_TIMEOUT = 10.0  # seconds, in which many more than all threads of a machine have written
_UNNOTICED = 1.0  # seconds

# FULL, not NORMAL: a power failure must not bring a revoked grant or a used code back.
_LASTING, _HURRIED = "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"
_TIDY, _UNTIDY = "PRAGMA wal_autocheckpoint = 1000", "PRAGMA wal_autocheckpoint = 10000"  # pages of 4 KB

File = tuple[int, int]  # device and number


class Connection(sqlite3.Connection):
    """A connection that remembers which file was at its path when it was opened, and tokens that it found."""

    file: File
    version: int | None = None  # SQLite's data_version when it found them
    remembered: dict[str, tuple[Token, Grant]]


def file_at(path: Path) -> File:
    """Return which file is at ``path`` now. Raises OSError."""
    found = os.stat(path)
    return (found.st_dev, found.st_ino)


def open_file(path: Path, schema: int | None, timeout: float = BUSY_TIMEOUT) -> Connection:
    """Return a connection to the file at ``path``, which has ``schema``, unless that is None.

    Raises:
        StoreNotUsable: it has another schema, or there is too little room on its disk to open it.
        OSError: there is no such file.
        sqlite3.Error: it cannot be opened.

    """
    file = file_at(path)
    require_room_to_open(path)
    # mode=rw: a database that was deleted is an error, not made again with whatever mode the umask gives.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,
        factory=Connection,
    )
    try:
        connection.file = file
        connection.remembered = {}
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(_LASTING)
        _require_schema(connection, path, schema)
    except (sqlite3.Error, StoreNotUsable):
        connection.close()
        raise
    return connection


def begin(connection: Connection, patience: float, waited: float) -> None:
    """Begin to write. Who has ``waited`` for long waits for SQLite's lock for the rest of ``patience`` seconds only."""
    if waited < _UNNOTICED:
        connection.execute("BEGIN IMMEDIATE")
        return
    _wait_for_locks(connection, max(0.0, patience - waited))
    try:
        connection.execute("BEGIN IMMEDIATE")
    finally:
        _wait_for_locks(connection, patience)


@contextmanager
def hurried(connection: sqlite3.Connection) -> Iterator[None]:
    """Let transactions that begin meanwhile end without waiting for the disk; the next lasting one makes them last.

    It moves what they wrote from the write-ahead log to the database, too, which also waits for the disk. Only when it
    is very much they do so themselves.
    """
    connection.execute(_HURRIED)
    connection.execute(_UNTIDY)
    try:
        yield
    finally:
        connection.execute(_TIDY)
        connection.execute(_LASTING)


def empty_log(connection: sqlite3.Connection) -> None:
    """Move what is in the write-ahead log to the database, if that is possible now, and give its room back."""
    with suppress(sqlite3.OperationalError):  # whoever writes will meet what was in the way
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def page_count(connection: sqlite3.Connection) -> int:
    """Return how many pages the database has, with what the transaction at hand adds."""
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    return int(pages)


def free_bytes(connection: sqlite3.Connection) -> int:
    """Return how many bytes of the file are pages that nothing is on any more."""
    [pages] = connection.execute("PRAGMA freelist_count").fetchone()
    [size] = connection.execute("PRAGMA page_size").fetchone()
    return int(pages * size)


def _wait_for_locks(connection: Connection, seconds: float) -> None:
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def _require_schema(connection: Connection, path: Path, schema: int | None) -> None:
    if schema is None:
        return
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != schema:
        advice = "Restore a backup (mxcp auth restore), or restart the server to use what is there"
        raise StoreNotUsable(path=path, reason=f"its schema was {schema} and is {found} now. {advice}")
