"""Copies of a database: opened to be read, checked, and told what is in them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.rows import CHECK_VALUE, SEALED_COLUMNS

_COUNT = """
    SELECT (SELECT count(*) FROM client),
           count(*), count(DISTINCT provider || ':' || user_id),
           (SELECT max(time) FROM (SELECT max(issued_at) AS time FROM client UNION ALL SELECT max(issued_at) FROM token
                                   UNION ALL SELECT max(created_at) FROM grant_))
    FROM grant_ WHERE revoked_at IS NULL AND expires_at > :now
"""
_CHECK = "SELECT value FROM meta WHERE name = 'key_check'"


@dataclass(frozen=True)
class Contents:
    """What a copy holds: how many clients, live grants and people, the time of the last entry, and its keys' names."""

    clients: int
    grants: int
    people: int
    latest: int | None
    key_ids: tuple[str, ...]


@contextmanager
def opened_read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection that changes nothing at ``path``. Raises sqlite3.Error, as the block may."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        yield connection


def fault_of(connection: sqlite3.Connection) -> str | None:
    """Return what is wrong with the database as a whole, or None."""
    [said] = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if said != "ok":
        return f"it is damaged: {said}"
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        return "it is damaged: a row names another one that is not there"
    return None


def contents_of(connection: sqlite3.Connection, now: int) -> Contents:
    """Return what is in the database, live at ``now``."""
    clients, grants, people, latest = connection.execute(_COUNT, {"now": now}).fetchone()
    return Contents(clients, grants, people, latest, tuple(sorted(_key_ids(connection))))


def require_opens(connection: sqlite3.Connection, keyring: Keyring, path: Path) -> None:
    """Raise StoreKeyWrong, which names ``path``, unless ``keyring`` has each key that anything was sealed with."""
    check = connection.execute(_CHECK).fetchone()
    if check:
        keyring.open(check[0], CHECK_VALUE.place("key_check"), path)
    for key_id in _key_ids(connection):
        keyring.require(key_id, path)


def _key_ids(connection: sqlite3.Connection) -> set[str]:
    parts = (
        f"SELECT substr({column.name}, 1, instr({column.name}, ':') - 1) FROM {column.table} "  # noqa: S608 - ours
        f"WHERE {column.name} IS NOT NULL"
        for column in SEALED_COLUMNS
    )
    return {key_id for (key_id,) in connection.execute(" UNION ".join(parts)).fetchall()}
