"""SQLite connections: one user at a time, never shared between processes, nothing half-written."""

from __future__ import annotations

import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mxcp_flask.errors import StoreNotUsable

BUSY_TIMEOUT = 10.0  # seconds; with 5 and 16 writers nobody saw "locked", with 0.5 some did


@dataclass
class _Process:
    """What one process holds: connections that no thread uses now, and the turn to write."""

    idle: list[sqlite3.Connection] = field(default_factory=list)
    writing: threading.Lock = field(default_factory=threading.Lock)


class Connections:
    """The connections of the processes to the database file at ``path``, opened when one is needed.

    A thread has one to itself for as long as it works, so there are as many as threads that ever worked at once. They
    are not tied to threads, because a server that starts a thread for each request would leave one open for each.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # By process id: after a fork the child starts anew. The parent's connections stay listed there so that the
        # child does not close them either (https://www.sqlite.org/howtocorrupt.html §2.6).
        self._processes: dict[int, _Process] = {}
        _EVERY.add(self)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection outside any transaction.

        Raises:
            StoreNotUsable: for any sqlite3.Error or OSError, also of the block.

        """
        idle = self._here().idle
        with faults_told(self.path):
            connection = _take(idle) or _connect(self.path)
            try:
                yield connection
            finally:
                _give_back(connection, idle)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection inside a transaction that commits at the end, and rolls back when the block raises.

        Raises:
            StoreNotUsable: as in ``read``.

        """
        # Threads queue up here first: SQLite polls, and lets the unluckiest of 16 writers wait for seconds.
        with self._here().writing, self.read() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def close(self) -> None:
        """Close this process's connections. The next use opens one again."""
        idle = self._here().idle
        while connection := _take(idle):
            connection.close()

    def _here(self) -> _Process:
        process = os.getpid()
        return self._processes.get(process) or self._processes.setdefault(process, _Process())


@contextmanager
def faults_told(path: Path) -> Iterator[None]:
    """Turn every sqlite3.Error and OSError of the block into StoreNotUsable."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreNotUsable(path=path, reason=str(error)) from error
    except OSError as error:
        raise StoreNotUsable(path=path, reason=f"{error.strerror} ({error.filename})") from error


def _connect(path: Path) -> sqlite3.Connection:
    # mode=rw: a database that was deleted is an error, not made again with whatever mode the umask gives.
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=BUSY_TIMEOUT,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        # FULL, not NORMAL: a power failure must not bring a revoked grant or a used code back.
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _take(idle: list[sqlite3.Connection]) -> sqlite3.Connection | None:
    try:
        return idle.pop()
    except IndexError:
        return None


def _give_back(connection: sqlite3.Connection, idle: list[sqlite3.Connection]) -> None:
    if connection.in_transaction:  # its ROLLBACK failed
        connection.close()
        return
    idle.append(connection)


# SQLite knows a process's locks by file, so a child takes those of a connection that was open in its parent for its
# own. When the parent then closed, it removed the write-ahead log under the child, and what the child wrote was lost.
_EVERY: weakref.WeakSet[Connections] = weakref.WeakSet()


def _close_before_fork() -> None:
    for connections in list(_EVERY):
        connections.close()


os.register_at_fork(before=_close_before_fork)
