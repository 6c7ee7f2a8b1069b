"""The statements of ``store/sql`` on SQLite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from mxcp_flask.store.connections import Connections
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.rows import Row, SealedRows
from mxcp_flask.store.schema import prepare_database
from mxcp_flask.store.sql.database import Database, Session

T = TypeVar("T")

_PROBE = """
    INSERT INTO lease (name, ends_at) VALUES ('probe', 0) ON CONFLICT (name) DO UPDATE SET ends_at = lease.ends_at + 1
"""


class SqliteDatabase(Database):
    """The file at ``path``, created or checked, whose sealed columns ``keyring`` opens."""

    SWEEP = "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE {condition} LIMIT :limit)"

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._connections = Connections(path)
        self._rows = SealedRows(keyring, path)
        prepare_database(self._connections, keyring)

    def check(self) -> None:
        """Begin to write, and read; there must be room for more.

        Write indeed when that failed the last time: a quota, for one, shows only then.
        """
        in_doubt = self._connections.last_write_failed()
        with self._connections.write() as connection:
            connection.execute("SELECT value FROM meta").fetchall()
            self._connections.require_room(connection)
            if in_doubt:
                connection.execute(_PROBE)

    def close(self) -> None:
        """Close the connections of this process."""
        self._connections.close()

    def _find_all(self, query: str, **values: Any) -> list[Row]:
        with self._connections.read() as connection:
            return connection.execute(query, values).fetchall()

    def _change(self, statement: str, **values: Any) -> int:
        with self._connections.write() as connection:
            return connection.execute(statement, values).rowcount

    def _change_returning(self, statement: str, **values: Any) -> list[Row]:
        with self._connections.write() as connection:
            return connection.execute(statement, values).fetchall()

    def _write(self, body: Callable[[Session], T], *, lasting: bool = True) -> T:
        with self._connections.write(lasting=lasting) as connection:
            return body(connection)
