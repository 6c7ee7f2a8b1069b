"""Many grants and tokens at once, past the store's methods: a million sign-ins would take hours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

Run = Callable[[str], list[tuple[Any, ...]]]
_COPY = """
    WITH RECURSIVE numbers (i) AS ({numbers})
    INSERT INTO {table} SELECT {columns} FROM {table}, numbers WHERE {key} = '{template}'
"""
_DIALECTS = {
    "sqlite": {
        "numbers": "SELECT {first} UNION ALL SELECT i + 1 FROM numbers WHERE i < {last}",
        "id": "printf('%08d-0000-4000-8000-000000000000', i)",
        "hash": "lower(hex(randomblob(32)))",
        "columns": "SELECT name FROM pragma_table_info('{table}')",
    },
    "postgresql": {
        "numbers": "SELECT generate_series({first}, {last})",
        "id": "lpad(i::text, 8, '0') || '-0000-4000-8000-000000000000'",
        "hash": "encode(sha256((kind || i)::bytea), 'hex')",
        "columns": "SELECT column_name::text FROM information_schema.columns "
        "WHERE table_name = '{table}' ORDER BY ordinal_position",
    },
}


def copy_grant(run: Run, kind: str, template: str, numbers: range, ends_at: int | None = None) -> None:
    """Copy the grant ``template`` with all its tokens, once for each of ``numbers``; ``ends_at`` is when they end."""
    dialect = _DIALECTS[kind]
    ends = {} if ends_at is None else {"expires_at": str(ends_at)}
    for table, key, changed in (
        ("grant_", "id", {"id": dialect["id"], **ends}),
        ("token", "grant_id", {"token_hash": dialect["hash"], "grant_id": dialect["id"], **ends}),
    ):
        names = [row[0] for row in run(dialect["columns"].format(table=table))]
        columns = ", ".join(changed.get(name, name) for name in names)
        series = dialect["numbers"].format(first=numbers.start, last=numbers.stop - 1)
        run(_COPY.format(numbers=series, table=table, columns=columns, key=key, template=template))


def in_sqlite(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """Run ``statement`` in the file."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def in_postgres(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run ``statement`` in the database, and put it in order after many rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        rows = cursor.fetchall() if cursor.description else []
        if statement.lstrip().startswith("WITH"):
            connection.execute("VACUUM ANALYZE")
        return rows
