"""One open database per process, and a session for each call."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager

import duckdb

from mxcp_flask.engine.opening import DatabaseSettings, open_sandboxed
from mxcp_flask.engine.redaction import redact
from mxcp_flask.engine.session import Session
from mxcp_flask.engine.user_functions import define
from mxcp_flask.errors import DatabaseNotUsable
from mxcp_flask.records import Identity

__all__ = ["Database", "DatabaseSettings"]


class Database:
    """A DuckDB database that each process opens for itself when it first needs it; for use by many threads."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._root: duckdb.DuckDBPyConnection | None = None
        self._pid = os.getpid()
        _databases.add(self)

    @contextmanager
    def session(self, identity: Identity) -> Iterator[Session]:
        """Give a session that runs as ``identity``, on a cursor of its own, which is closed at the end.

        Raises:
            DatabaseNotUsable: the database cannot be opened or takes no work.

        """
        with closing(self._cursor()) as cursor:
            self._identify(cursor, identity)
            yield Session(cursor, identity)

    def check(self) -> None:
        """Open the database if need be and run a statement.

        Raises:
            DatabaseNotUsable: it cannot be opened or does not answer.

        """
        with closing(self._cursor()) as cursor:
            try:
                cursor.execute("SELECT 1").fetchall()
            except duckdb.Error as error:
                raise DatabaseNotUsable(path=self._settings.path, reason=str(error)) from error

    def close(self) -> None:
        """Close the database of this process; the next session opens it again."""
        self.leave_to_parent()
        with self._lock:
            if self._root is not None:
                self._root.close()
            self._root = None

    def leave_to_parent(self) -> None:
        """In a child process, let go of what the parent opened without destroying it, which crashes the child."""
        if self._pid == os.getpid():
            return
        if self._root is not None:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._root))  # never destroyed
        self._root = None
        self._lock = threading.Lock()  # the parent's may have been held by a thread that is not here
        self._pid = os.getpid()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        self.leave_to_parent()
        with self._lock:
            if self._root is None:
                self._root = open_sandboxed(self._settings)
            return self._root.cursor()

    def _identify(self, cursor: duckdb.DuckDBPyConnection, identity: Identity) -> None:
        """Define the user functions; their failure, whose text shows the statement, is not chained."""
        try:
            define(cursor, identity)
        except duckdb.Error as error:
            reason = redact(str(error), identity.external_token)
        else:
            return
        raise DatabaseNotUsable(path=self._settings.path, reason=reason)


_databases: weakref.WeakSet[Database] = weakref.WeakSet()


def _leave_all_to_parent() -> None:
    """Run in a child process right after the fork: it may end without ever using its databases."""
    for database in list(_databases):
        database.leave_to_parent()


os.register_at_fork(after_in_child=_leave_all_to_parent)
