"""PostgreSQL connections: opened when they are needed, one user at a time, never shared between processes."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store.base import ConnectionReport
from mxcp_flask.store.postgres.address import parameters_of
from mxcp_flask.store.postgres.faults import faults_told, is_of_connection
from mxcp_flask.store.postgres.session import PostgresSession

PATIENCE = 2.0  # seconds that a thread waits for another one's connection; opening one takes up to CONNECT_TIMEOUT


class _Process:
    """What one process holds: connections that no thread uses now, and as many permits as there may be in use."""

    def __init__(self, size: int) -> None:
        self.idle: list[PostgresSession] = []
        self.used: list[None] = []  # one entry for each; appending and taking away are atomic
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
        self.report: ConnectionReport = _unheard
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
        process.used.append(None)
        self._tell(process)
        try:
            with faults_told(self.place), self._lent(process.idle) as session:
                yield session
        finally:
            process.used.pop()
            process.permits.release()
            self._tell(process)

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

    def _tell(self, process: _Process) -> None:
        self.report(len(process.used), len(process.idle))

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


def _unheard(_used: int, _idle: int) -> None:
    """Take a report that nobody wants."""


def _close(processes: Mapping[int, _Process]) -> None:
    process = processes.get(os.getpid())
    while session := process and _take(process.idle):
        session.connection.close()


def _take(idle: list[PostgresSession]) -> PostgresSession | None:
    try:
        return idle.pop()
    except IndexError:
        return None
