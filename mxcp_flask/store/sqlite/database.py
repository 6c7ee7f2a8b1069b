"""What the store's parts share: the connections, the sealed rows, and statements run on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mxcp_flask.store.connections import Connections
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.rows import SealedRows
from mxcp_flask.store.schema import prepare_database


class Database:
    """The file at ``path``, created or checked, whose sealed columns ``keyring`` opens.

    Raises:
        StoreNotUsable: the file cannot be created, read or written, is no database of ours, or others may read it.
        StoreSchemaNewer: a later version wrote it.
        StoreKeyWrong: it was sealed with keys that ``keyring`` lacks.

    """

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._connections = Connections(path)
        self._rows = SealedRows(keyring, path)
        prepare_database(self._connections, keyring)

    def _find(self, query: str, **values: Any) -> sqlite3.Row | None:
        with self._connections.read() as connection:
            return one(connection, query, values)

    def _find_all(self, query: str, **values: Any) -> list[sqlite3.Row]:
        with self._connections.read() as connection:
            return connection.execute(query, values).fetchall()

    def _change(self, statement: str, **values: Any) -> int:
        """Run ``statement`` in a transaction of its own; return how many rows it changed."""
        with self._connections.write() as connection:
            return connection.execute(statement, values).rowcount


def one(connection: sqlite3.Connection, statement: str, values: Mapping[str, Any]) -> sqlite3.Row | None:
    """Run ``statement`` and return its first row."""
    rows = connection.execute(statement, values).fetchall()  # to the end, or the statement holds its lock
    return rows[0] if rows else None


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> None:
    """Insert a row of ``values`` by column."""
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608 - names of ours only


def searchable(text: str) -> str:
    """Replace the lone surrogates that SQLite cannot bind; no identifier in the store holds the replacement."""
    return text.encode("utf-8", "replace").decode()
