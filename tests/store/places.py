"""The places where stores in SQL keep their state, reached with and without them: a file, or a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from mxcp_flask.store import Keyring, SqliteStore
from mxcp_flask.store.postgres import PostgresStore
from tests.store import database_file

Place = Path | str
"""The path of an SQLite file, or the URL of a PostgreSQL database."""


def open_store(place: Place, keyring: Keyring | None = None) -> SqliteStore | PostgresStore:
    """Return the store at ``place``. Without a ``keyring`` a file has a key file beside it."""
    if isinstance(place, Path):
        return SqliteStore(place, keyring or Keyring.beside(place))
    return PostgresStore(place, keyring or database_file.KEYRING, 8)


def look(place: Place, statement: str) -> list[tuple[Any, ...]]:
    """Return the rows of ``statement``."""
    if isinstance(place, Path):
        return database_file.execute(place, statement)
    with psycopg.connect(place) as connection:
        return connection.execute(statement.encode()).fetchall()
