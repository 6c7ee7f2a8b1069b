"""One PostgreSQL connection, which runs the statements of ``store/sql``."""

from __future__ import annotations

import re
import select
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import RowMaker

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
