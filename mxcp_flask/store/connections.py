"""SQLite connections: one user at a time, never shared between processes, nothing half-written."""

from __future__ import annotations

import os
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mxcp_flask.store import room
from mxcp_flask.store.faults import faults_told, spoils_connection, told
from mxcp_flask.store.opening import (
    BUSY_TIMEOUT,
    Connection,
    begin,
    empty_log,
    file_at,
    free_bytes,
    hurried,
    open_file,
    page_count,
)
from mxcp_flask.store.queueing import Queue
from mxcp_flask.store.turns import Turns


@dataclass
class _Process:
    """What one process holds: connections that no thread uses now, and who may write: which thread, which process."""

    queue: Queue
    idle: list[Connection] = field(default_factory=list)
    turns: Turns = field(default_factory=Turns)
    last_write_failed: bool = False


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
        self.schema: int | None = None  # which a file must have, once the first one is ready
        _EVERY.add(self)

    def read(self) -> AbstractContextManager[Connection]:
        """Lend a connection outside any transaction.

        Raises:
            StoreNotUsable: for any sqlite3.Error or OSError, also of the block.

        """
        return _Loan(self, self._here().idle)

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Connection]:
        """Lend a connection inside a transaction that commits at the end, and rolls back when the block raises.

        What need not be ``lasting`` does not wait for the disk, so that others wait less: a power failure may undo it.

        Raises:
            StoreNotUsable: as in ``read``, or when there is too little room on the disk.

        """
        here, came = self._here(), time.monotonic()
        with self._turn(here), self.read() as connection, nullcontext() if lasting else hurried(connection):
            connection.remembered.clear()  # its own commits do not change what it sees as data_version
            may_grow = self._may_grow(connection)
            here.last_write_failed = True
            with connection:
                begin(connection, BUSY_TIMEOUT, waited=time.monotonic() - came)
                pages = 0 if may_grow else page_count(connection)
                yield connection
                if not may_grow and page_count(connection) > pages:
                    raise room.full(self.path)
            here.last_write_failed = False

    def require_room(self, connection: Connection) -> None:
        """Raise StoreNotUsable when there is room for what is new neither on the disk nor in the file."""
        if not room.may_grow(self.path) and free_bytes(connection) < room.TO_GROW:
            raise room.full(self.path)

    def tidy(self) -> None:
        """Move what hurried transactions wrote from the log to the database, while others read and write."""
        with self.read() as connection, suppress(sqlite3.OperationalError):  # it is in the log all the same
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def last_write_failed(self) -> bool:
        """Tell whether this process's last transaction was not committed, for whatever reason."""
        return self._here().last_write_failed

    def close(self) -> None:
        """Close this process's connections. The next use opens one again."""
        idle = self._here().idle
        while connection := _take(idle):
            connection.close()

    @contextmanager
    def _turn(self, here: _Process) -> Iterator[None]:
        # Not waited for longer than SQLite would, or on a locked database each would wait for all before it.
        came = time.monotonic()
        if not here.turns.take(BUSY_TIMEOUT):
            with faults_told(self.path):
                raise sqlite3.OperationalError("database is locked")
        try:
            here.queue.enter((came + BUSY_TIMEOUT - time.monotonic()) / 2)
            yield
        finally:
            if here.queue.is_over() or not here.turns.hand_over():
                here.queue.leave()
                here.turns.give_back()

    def _may_grow(self, connection: Connection) -> bool:
        if room.may_grow(self.path):
            return True
        empty_log(connection)  # its room may be enough
        room.require_room_to_write(self.path)
        return room.may_grow(self.path)

    def current(self, idle: list[Connection]) -> Connection:
        """Return a connection to the file that is there now; those to one that was there before are closed."""
        file = file_at(self.path)
        while connection := _take(idle):
            if connection.file == file:
                return connection
            connection.close()
        return open_file(self.path, self.schema, BUSY_TIMEOUT)

    def _here(self) -> _Process:
        process = os.getpid()
        return self._processes.get(process) or self._processes.setdefault(process, _Process(Queue(self.path)))


class _Loan(AbstractContextManager[Connection]):
    """One connection for one block. A class of its own, as each call pays for it."""

    def __init__(self, connections: Connections, idle: list[Connection]) -> None:
        self._connections = connections
        self._idle = idle

    def __enter__(self) -> Connection:
        try:
            self._lent = self._connections.current(self._idle)
        except (sqlite3.Error, OSError) as error:
            raise told(error, self._connections.path) from error
        return self._lent

    def __exit__(self, _: Any, error: BaseException | None, __: Any) -> None:
        if error is None and not self._lent.in_transaction:
            self._idle.append(self._lent)
            return
        with faults_told(self._connections.path):
            _give_back(self._lent, self._idle, spoilt=isinstance(error, sqlite3.Error) and spoils_connection(error))
        if isinstance(error, (sqlite3.Error, OSError)):
            raise told(error, self._connections.path) from error


def _take(idle: list[Connection]) -> Connection | None:
    try:
        return idle.pop()
    except IndexError:
        return None


def _give_back(connection: Connection, idle: list[Connection], *, spoilt: bool) -> None:
    if spoilt or connection.in_transaction:  # its ROLLBACK failed
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
