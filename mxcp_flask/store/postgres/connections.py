"""PostgreSQL connections: opened when they are needed, one user at a time, never shared between processes."""

from __future__ import annotations

import os
import re
import select
import threading
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import RowMaker

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store.postgres.address import parameters_of
from mxcp_flask.store.postgres.faults import faults_told, is_of_connection

PATIENCE = 2.0  # seconds that a thread waits for another one's connection; opening one takes up to CONNECT_TIMEOUT
LIFETIME = 3600.0  # seconds, after which a connection is replaced, as what is behind the URL may have changed

PREPARED_AT = 2  # uses of a statement on one connection

_PLACE = re.compile(":([a-z_]+)")


class NamedRow:
    """A row whose columns have places and names."""

    __slots__ = ("_names", "_values")

    def __init__(self, names: list[str], values: Sequence[Any]) -> None:
        self._names = names
        self._values = tuple(values)

    def keys(self) -> list[str]:
        """Return the names."""
        return self._names

    def __getitem__(self, key: Any, /) -> Any:
        return self._values[self._names.index(key) if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)


Connection = psycopg.Connection[NamedRow]


class PostgresSession:
    """A connection that runs the statements of ``store/sql``."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self.connection: Connection = psycopg.connect(
            **parameters, autocommit=True, prepare_threshold=None, row_factory=_named
        )
        if _is_direct(self.connection):  # a look-up then costs the server a fifth
            self.connection.prepare_threshold = PREPARED_AT
        self._ends_at = time.monotonic() + LIFETIME

    def execute(self, statement: str, values: Mapping[str, Any], /) -> psycopg.Cursor[NamedRow]:
        """Run ``statement``."""
        return self.connection.execute(_placed(statement), values)

    def executemany(self, statement: str, rows: Iterable[Mapping[str, Any]], /) -> psycopg.Cursor[NamedRow]:
        """Run ``statement`` for each of ``rows``, without waiting for the server in between."""
        cursor = self.connection.cursor()
        cursor.executemany(_placed(statement), rows)
        return cursor

    def is_usable(self) -> bool:
        """Tell whether the connection may be lent again. The server is only asked when it has said something itself."""
        if self.connection.closed or time.monotonic() > self._ends_at:
            return False
        if _is_quiet(self.connection):
            return True
        try:
            self.connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def is_idle(self) -> bool:
        """Tell whether the connection is outside any transaction and statement."""
        return self.connection.info.transaction_status == TransactionStatus.IDLE


class _Process:
    """What one process holds: connections that no thread uses now, and as many permits as there may be in use."""

    def __init__(self, size: int) -> None:
        self.idle: list[PostgresSession] = []
        self.permits = threading.Semaphore(size)


class Connections:
    """The connections of the processes to the database at ``url``, at most ``size`` of each.

    A thread has one to itself for as long as it works. The one that was used last is lent first, so an idle process
    keeps what it rarely needs until that is too old.
    """

    def __init__(self, url: str, place: str, size: int) -> None:
        self.place = place
        self._parameters = parameters_of(url)
        self._size = size
        # By process id: after a fork the child starts anew, and leaves the parent's connections alone.
        self._processes: dict[int, _Process] = {}
        weakref.finalize(self, _close, self._processes)

    @contextmanager
    def read(self) -> Iterator[PostgresSession]:
        """Lend a connection on which every statement is a transaction of its own.

        Raises:
            StoreNotUsable: for any psycopg.Error, also of the block, or when no connection was free for 2 seconds.

        """
        process = self._here()
        if not process.permits.acquire(timeout=PATIENCE):
            reason = f"all {self._size} connections of this process are in use. Raise persistence.pool_size"
            raise StoreNotUsable(path=self.place, reason=reason)
        try:
            with faults_told(self.place), self._lent(process.idle) as session:
                yield session
        finally:
            process.permits.release()

    @contextmanager
    def write(self) -> Iterator[PostgresSession]:
        """Lend a connection inside a transaction that commits at the end, and rolls back when the block raises.

        Raises:
            StoreNotUsable: as in ``read``.

        """
        with self.read() as session, session.connection.transaction():
            yield session

    def close(self) -> None:
        """Close this process's connections. The next use opens one again."""
        _close(self._processes)

    def _here(self) -> _Process:
        process = os.getpid()
        return self._processes.get(process) or self._processes.setdefault(process, _Process(self._size))

    @contextmanager
    def _lent(self, idle: list[PostgresSession]) -> Iterator[PostgresSession]:
        session = self._usable(idle) or PostgresSession(self._parameters)
        try:
            yield session
        except psycopg.Error as error:
            if is_of_connection(error):
                session.connection.close()
                self.close()  # they lead to the same server
            raise
        finally:
            if session.is_idle():
                idle.append(session)
            else:  # it is broken, or something cut its statement short
                session.connection.close()

    def _usable(self, idle: list[PostgresSession]) -> PostgresSession | None:
        while session := _take(idle):
            if session.is_usable():
                return session
            session.connection.close()
        return None


def _close(processes: Mapping[int, _Process]) -> None:
    process = processes.get(os.getpid())
    while session := process and _take(process.idle):
        session.connection.close()


def _take(idle: list[PostgresSession]) -> PostgresSession | None:
    try:
        return idle.pop()
    except IndexError:
        return None


def _is_direct(connection: Connection) -> bool:
    # A pooler gives its clients numbers of its own. Behind it the next statement may go to another server process, and
    # that knows nothing of what was prepared at this one.
    try:
        [[pid]] = connection.execute("SELECT pg_backend_pid()")
    except psycopg.Error:
        connection.close()
        raise
    return bool(pid == connection.info.backend_pid)


def _is_quiet(connection: Connection) -> bool:
    # A server that ends says so, and closes the socket: there is something to read.
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return not poll.poll(0)


def _named(cursor: psycopg.Cursor[Any]) -> RowMaker[NamedRow]:
    names = [column.name for column in cursor.description or ()]
    return lambda values: NamedRow(names, values)


@lru_cache
def _placed(statement: str) -> bytes:
    return _PLACE.sub(r"%(\1)s", statement).encode()
