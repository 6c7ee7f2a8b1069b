"""What can be said of SQL without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import duckdb

from mxcp_flask.engine.readers import with_fetches
from mxcp_flask.errors import SqlFailed


@dataclass(frozen=True)
class SqlFacts:
    """Names of the parameters, without the ``$``, in order, and the number of statements."""

    parameters: tuple[str, ...]
    statements: int


def inspect_sql(sql: str) -> SqlFacts:
    """Parse ``sql``. Raises SqlFailed with DuckDB's reason when it is no SQL."""
    with sql_inspector() as inspect:
        return inspect(sql)


@contextmanager
def sql_inspector() -> Iterator[Callable[[str], SqlFacts]]:
    """Give an ``inspect_sql`` for many texts, for opening DuckDB takes 20 ms; no fork may happen inside."""
    with duckdb.connect(":memory:") as connection:
        yield partial(_inspect, connection)


def _inspect(connection: duckdb.DuckDBPyConnection, sql: str) -> SqlFacts:
    try:
        statements = connection.extract_statements(with_fetches(sql))
        names = {name for statement in statements for name in statement.named_parameters}
    except (duckdb.Error, UnicodeError) as error:
        raise SqlFailed(reason=str(error)) from error
    return SqlFacts(tuple(sorted(names)), len(statements))
