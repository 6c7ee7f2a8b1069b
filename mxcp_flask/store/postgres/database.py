"""The statements of ``store/sql`` on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store.addresses import shown
from mxcp_flask.store.base import ConnectionReport
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.postgres.connections import Connections
from mxcp_flask.store.postgres.faults import is_undone
from mxcp_flask.store.postgres.schema import prepare_database
from mxcp_flask.store.rows import Row, SealedRows
from mxcp_flask.store.sql.database import Database, Session

T = TypeVar("T")

_TRIES = 3
_PAUSE = 0.02  # seconds


class PostgresDatabase(Database):
    """The database at ``url``, its tables made or checked, whose sealed columns ``keyring`` opens."""

    # What others are writing is left for the next time, so that two sweeps never wait for each other; and a row that
    # somebody has just prolonged is looked at again when it is locked.
    SWEEP = """
        WITH gone AS MATERIALIZED (SELECT {key} FROM {table} WHERE {condition} LIMIT :limit FOR UPDATE SKIP LOCKED)
        DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM gone)
    """

    def __init__(self, url: str, keyring: Keyring, size: int) -> None:
        place = shown(url)
        self._connections = Connections(url, place, size)
        self._rows = SealedRows(keyring, place)
        prepare_database(self._connections, keyring)

    def watch_connections(self, report: ConnectionReport) -> None:
        """Let the pool report."""
        self._connections.report = report

    def close(self) -> None:
        """Close the connections of this process."""
        self._connections.close()

    def _find_all(self, query: str, **values: Any) -> list[Row]:
        def find() -> list[Row]:
            with self._connections.read() as session:
                return [*session.execute(query, values)]

        return _persistently(find)

    def _change(self, statement: str, **values: Any) -> int:
        def change() -> int:
            with self._connections.read() as session:
                return session.execute(statement, values).rowcount

        return _persistently(change)

    def _change_returning(self, statement: str, **values: Any) -> list[Row]:
        return self._find_all(statement, **values)

    def _write(self, body: Callable[[Session], T], *, lasting: bool = True) -> T:
        def write() -> T:
            with self._connections.write() as session:
                if not lasting:
                    session.execute("SET LOCAL synchronous_commit = off", {})
                return body(session)

        return _persistently(write)


def _persistently(transact: Callable[[], T], tries: int = _TRIES) -> T:
    # Again only when it is certain that nothing was written: a connection that broke may have done so at the commit.
    try:
        return transact()
    except StoreNotUsable as error:
        if tries == 1 or not is_undone(error):
            raise
    time.sleep(_PAUSE)  # or it would overtake the other one, and they would meet again
    return _persistently(transact, tries - 1)
