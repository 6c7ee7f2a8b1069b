"""Detaches what a session attached: DuckDB attaches a database for every session of the process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from mxcp_flask.engine.literals import quote_name

_NAMES = "SELECT database_name FROM duckdb_databases() WHERE NOT internal"
_attaching = threading.Lock()  # two sessions that attach at once could not tell whose is whose


class Attachments:
    """The databases that one cursor attached."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._own: set[str] = set()
        self._home = ""  # the database that was in use before the first was attached

    @contextmanager
    def attaching(self) -> Iterator[None]:
        """Remember what is attached meanwhile."""
        with _attaching:
            before = self._names()
            self._home = self._home or self._cursor.execute("SELECT current_database()").fetchall()[0][0]
            yield
            self._own |= self._names() - before

    def detach(self) -> None:
        """Detach what the cursor attached."""
        if not self._own:
            return
        with suppress(duckdb.Error):  # there may be no transaction
            self._cursor.rollback()
        with suppress(duckdb.Error):  # the database itself may be closed already
            self._cursor.execute(f"USE {quote_name(self._home)}")
        for name in self._own:
            with suppress(duckdb.Error):  # the SQL may have detached it
                self._cursor.execute(f"DETACH {quote_name(name)}")

    def _names(self) -> set[str]:
        return {name for (name,) in self._cursor.execute(_NAMES).fetchall()}
