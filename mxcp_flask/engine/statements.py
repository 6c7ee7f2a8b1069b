"""Which statements a model may write.

The statement's type is DuckDB's own. The checks on the text refuse too much rather than too little: they do without any
knowledge of comments and strings, which a text could use to look harmless. What they close (tried on DuckDB 2.0):

- ``WITH x AS (COPY t TO 'file') SELECT 1`` is a SELECT by type, and it writes the file, even the database's own.
- ``json_execute_serialized_sql`` runs such a statement from a text that no check can read; ``query`` can hide it.
- ``CREATE SECRET`` and ``CREATE TRIGGER`` act in other people's sessions.
- ``EXPLAIN ANALYZE`` runs what it explains.
"""

from __future__ import annotations

import re

import duckdb

from mxcp_flask.errors import StatementRefused

_DATA = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE_INTO"})
_DEFINITIONS = frozenset({"CREATE", "ALTER", "DROP"})
_OBJECTS = "TABLE|VIEW|MACRO|FUNCTION|SCHEMA|SEQUENCE|TYPE|INDEX|COLUMN"
_DEFINITION = re.compile(
    rf"""\s* (?: CREATE (?:\s+ OR \s+ REPLACE)? (?:\s+ (?:TEMP|TEMPORARY|UNIQUE|RECURSIVE))*
              | ALTER | DROP | COMMENT \s+ ON )
         \s+ (?:{_OBJECTS}) \b""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_EXPLAIN = re.compile(r"\s*EXPLAIN\s+(?:ANALYZE\s+)?", re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"\w+", re.ASCII)
# The name, its closing quote, anything that may count as a space, then the parenthesis or a comment before it.
_QUERY_CALL = re.compile(r"""\bquery"?[^\x21-\x7e]*(?:\(|--|/\*)""", re.IGNORECASE | re.ASCII)

ALLOWED = "one SELECT, SHOW, DESCRIBE, INSERT, UPDATE, DELETE, MERGE, CREATE, ALTER, DROP or EXPLAIN statement"


def type_name(statement: duckdb.Statement) -> str:
    """Return DuckDB's name of the statement's type, empty for a type that its Python package does not know."""
    try:
        return statement.type.name
    except ValueError:
        return ""


def refuse_unless_allowed(cursor: duckdb.DuckDBPyConnection, statements: list[duckdb.Statement], sql: str) -> None:
    """Let ``sql``, which parsed as ``statements``, pass when a model may run it.

    Raises:
        StatementRefused: it may not; the reason says what is allowed.

    """
    if len(statements) != 1:
        raise StatementRefused(reason=f"Write exactly {ALLOWED}; this text has {len(statements)}.")
    _refuse_hidden(sql)
    kind = type_name(statements[0])
    if kind == "EXPLAIN":
        kind, sql = _explained(cursor, sql)
    if kind in _DEFINITIONS:
        _refuse_definition(sql)
    elif kind not in _DATA:
        raise StatementRefused(reason=f"This kind of statement is not allowed. Write {ALLOWED}.")


def _refuse_hidden(sql: str) -> None:
    words = {word.upper() for word in _WORD.findall(sql)}
    if words >= {"WITH", "COPY", "TO"}:
        raise StatementRefused(reason="COPY is not allowed inside WITH, so a text with WITH may not hold COPY ... TO.")
    if "JSON_EXECUTE_SERIALIZED_SQL" in words or _QUERY_CALL.search(sql):
        raise StatementRefused(
            reason="query() and json_execute_serialized_sql() are not allowed. Write the SQL itself."
        )


def _refuse_definition(sql: str) -> None:
    if not _DEFINITION.match(sql):
        objects = _OBJECTS.replace("|", ", ")
        raise StatementRefused(
            reason=f"CREATE, ALTER, DROP and COMMENT ON are allowed for {objects}, with no comment before that word."
        )


def _explained(cursor: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, str]:
    """Return the type, empty when it is not plain to see, and the text of what an EXPLAIN statement explains."""
    inner = _EXPLAIN.sub("", sql, count=1)
    try:
        statements = cursor.extract_statements(inner)
    except duckdb.Error:
        return "", inner
    kind = type_name(statements[0]) if len(statements) == 1 else ""
    return ("" if kind == "EXPLAIN" else kind), inner
