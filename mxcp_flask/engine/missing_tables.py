"""Which tables SQL names that a database does not have, as DuckDB itself says when it prepares the statement.

Nothing runs and no file is read: where a statement reads one, or needs an extension or an attached database, DuckDB
stops there, and nothing is said of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import NamedTuple

import duckdb

from mxcp_flask.engine.opening import open_blind
from mxcp_flask.engine.settings import DatabaseSettings
from mxcp_flask.engine.statements import type_name
from mxcp_flask.engine.user_functions import define
from mxcp_flask.records import ANONYMOUS

FindMissing = Callable[[str], "tuple[MissingTable, ...]"]
_PLAIN = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE_INTO", "COPY", "EXPLAIN", "TRANSACTION", "MULTI"})
_DEFINING = frozenset({"CREATE", "ALTER", "DROP"})
_MISSING = re.compile(r'Table with name (?:"(?P<path>.+)" does not exist because|(?P<name>.+) does not exist!)')
_LIKE = re.compile(r'Did you mean "(?:main\.)?([^"]+)"')
_SYSTEM = ("pg_", "duckdb_", "sqlite_", "pragma_", "information_schema.", "python_")
_OF_FILE = re.compile(r"[./:\\*?]")  # in a name without a schema: 'plants.xlsx' is a file that an extension may read


class MissingTable(NamedTuple):
    """A table that is named, and one that there is and that looks like it."""

    name: str
    like: str | None = None


@contextmanager
def missing_tables(settings: DatabaseSettings) -> Iterator[FindMissing]:
    """Give what tells of SQL which tables it names that are not there; where there is no database, none are.

    Raises:
        DatabaseHeld: another process has the database open.
        DatabaseNotUsable: it cannot be opened.

    """
    connection = open_blind(settings)
    try:
        define(connection, ANONYMOUS)
        yield partial(_find, connection)
    finally:
        connection.close()


def _find(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[MissingTable, ...]:
    """Return the missing tables of a source, but for those that an earlier statement of it may make."""
    found: dict[str, MissingTable] = {}
    defined = ""
    for statement in _statements(connection, sql):
        kind = type_name(statement)
        if kind in _DEFINING:
            defined += statement.query
        elif kind not in _PLAIN:  # ATTACH, USE, LOAD and the like: what follows may be about another database
            break
        missing = _missing(connection, statement.query)
        if missing and not _is_named(missing.name, defined):
            found[missing.name] = missing
    return tuple(found.values())


def _statements(connection: duckdb.DuckDBPyConnection, sql: str) -> list[duckdb.Statement]:
    with suppress(duckdb.Error, UnicodeError):  # which is told elsewhere
        return connection.extract_statements(sql)
    return []


def _missing(connection: duckdb.DuckDBPyConnection, statement: str) -> MissingTable | None:
    try:
        connection.execute(f"PREPARE mxcp_prepared AS {statement}")
    except duckdb.CatalogException as error:
        return _table_of(str(error))
    except duckdb.Error:
        return None
    return None


def _table_of(error: str) -> MissingTable | None:
    found = _MISSING.search(error)
    if found is None or _OF_FILE.search(found["name"] or ""):
        return None
    like = _LIKE.search(error)
    known = like[1] if like and not like[1].startswith(_SYSTEM) else None
    return MissingTable(found["path"] or found["name"], known)


def _is_named(name: str, defined: str) -> bool:
    words = {word.casefold() for word in re.findall(r"\w+", defined)}
    return words >= {word.casefold() for word in re.findall(r"\w+", name.rpartition(".")[2])}
