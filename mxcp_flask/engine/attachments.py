"""Detaches what a session attached: DuckDB attaches a database for every session of the process."""

from __future__ import annotations

from contextlib import suppress

import duckdb

from mxcp_flask.engine.literals import quote_name

_NAMES = "SELECT database_name FROM duckdb_databases() WHERE NOT internal"


class Attachments:
    """The databases that one cursor attached."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._before: frozenset[str] | None = None  # None: nothing was attached

    def expect(self) -> None:
        """Remember what is there, before a statement that attaches."""
        if self._before is None:
            self._before = self._names()

    def detach(self) -> None:
        """Detach what is there now and was not before."""
        if self._before is None:
            return
        with suppress(duckdb.Error):  # there may be no transaction
            self._cursor.rollback()
        with suppress(duckdb.Error):  # somebody else may have detached it
            main = self._cursor.execute("SELECT database_name FROM duckdb_databases() ORDER BY database_oid").fetchall()
            self._cursor.execute(f"USE {quote_name(next(name for (name,) in main if name in self._before))}")
        for name in self._names() - self._before:
            with suppress(duckdb.Error):
                self._cursor.execute(f"DETACH {quote_name(name)}")

    def _names(self) -> frozenset[str]:
        return frozenset(name for (name,) in self._cursor.execute(_NAMES).fetchall())
