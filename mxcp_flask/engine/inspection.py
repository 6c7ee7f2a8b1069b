"""What can be said of SQL without a database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import duckdb

from mxcp_flask.engine.readers import with_fetches
from mxcp_flask.errors import SqlFailed


@dataclass(frozen=True)
class SqlFacts:
    """Names of the parameters, without the ``$``, in order, and the number of statements."""

    parameters: tuple[str, ...]
    statements: int


@lru_cache(maxsize=1024)  # each needs a database, which opens in about 15 ms
def inspect_sql(sql: str) -> SqlFacts:
    """Parse ``sql``. Raises SqlFailed with DuckDB's reason when it is no SQL."""
    try:
        with duckdb.connect(":memory:") as connection:
            statements = connection.extract_statements(with_fetches(sql))
            names = {name for statement in statements for name in statement.named_parameters}
    except (duckdb.Error, UnicodeError) as error:
        raise SqlFailed(reason=str(error)) from error
    return SqlFacts(tuple(sorted(names)), len(statements))
