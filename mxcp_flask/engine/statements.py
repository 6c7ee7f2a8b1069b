"""Which statements a model may write.

A statement must look allowed and be of an allowed type. Its looks are judged first, for DuckDB 1 expands PRAGMA and
IMPORT DATABASE while it parses, and calls what comes out a SELECT; the type is DuckDB's own. The checks on the text
refuse too much rather than too little: they do without any knowledge of strings, which a text could use to look
harmless, and skip only comments that every reader sees the same way. What they close (tried on DuckDB 1.4, 1.5, 2.0):

- ``WITH x AS (COPY t TO 'file') SELECT 1`` is a SELECT by type, and it writes the file, even the database's own.
- ``json_execute_serialized_sql`` runs such a statement from a text that no check can read; ``query`` and
  ``query_table`` can hide a name.
- ``FROM enable_logging('QueryLog')`` would show other people's statements, and a log in a forbidden folder makes every
  later statement of the process fail; DuckDB 1 does it in spite of the lock. ``force_checkpoint`` and their like act in
  other people's sessions too, as do ``CREATE SECRET`` and ``CREATE TRIGGER``.
- ``duckdb_secrets`` of DuckDB 1 shows the headers of a secret.
- The site's extensions may bring functions that open files and connections by themselves, such as ``sqlite_scan``.
- ``EXPLAIN ANALYZE`` runs what it explains.
"""

from __future__ import annotations

import re
from typing import NoReturn

import duckdb

from mxcp_flask.errors import StatementRefused

_DATA = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE_INTO"})
_DEFINITIONS = frozenset({"CREATE", "ALTER", "DROP"})
_OBJECTS = "TABLE|VIEW|MACRO|FUNCTION|SCHEMA|SEQUENCE|TYPE|INDEX|COLUMN"
_READS = "SELECT|WITH|FROM|VALUES|TABLE|SHOW|DESCRIBE|DESC|SUMMARIZE|PIVOT|UNPIVOT"
_WRITES = "INSERT|UPDATE|DELETE|TRUNCATE|MERGE"
# Blanks, semicolons, and comments without control characters or a comment in them.
_SKIPPED = r"(?: [\s;] | --[^\x00-\x08\x0a-\x1f]*(?:\r?\n|\Z) | /\*(?:[^*/]|\*(?!/)|/(?!\*))*\*/ )*"
_FLAGS = re.IGNORECASE | re.VERBOSE | re.ASCII
_NOTHING = re.compile(rf"{_SKIPPED} \Z", _FLAGS)
_EXPLAIN = re.compile(rf"{_SKIPPED} EXPLAIN \b {_SKIPPED} (?: ANALYZE \b {_SKIPPED} )?", _FLAGS)
_ON_DATA = re.compile(rf"{_SKIPPED} (?: (?: \( {_SKIPPED} )* (?:{_READS}) | {_WRITES} ) \b", _FLAGS)
_DEFINING = re.compile(rf"{_SKIPPED} (?: CREATE | ALTER | DROP | COMMENT ) \b", _FLAGS)
_DEFINITION = re.compile(
    rf"""{_SKIPPED} (?: CREATE (?:\s+ OR \s+ REPLACE)? (?:\s+ (?:TEMP|TEMPORARY|UNIQUE|RECURSIVE))*
                      | ALTER | DROP | COMMENT \s+ ON )
         \s+ (?:{_OBJECTS}) \b""",
    _FLAGS,
)
_WORD = re.compile(r"\w+", re.ASCII)
# The name, its closing quote, anything that may count as a space, then the parenthesis or a comment before it.
# The functions of some extensions open files and connections by themselves, past DuckDB's sandbox.
_CALL = re.compile(
    r"""\b(?:query|checkpoint|(?:sqlite|postgres|mysql|mssql|odbc|bigquery|snowflake|mongo|redis|http)_\w+)"?"""
    r"""[^\x21-\x7e]*(?:\(|--|/\*)""",
    re.IGNORECASE | re.ASCII,
)
_ACTING = re.compile(
    r"""\b (?: json_execute_serialized_sql | query_table | force_checkpoint | (?:en|dis)able_(?:logging|profiling)
             | (?:truncate_)?duckdb_logs? (?:_\w+)? | duckdb_secrets
             | (?:create|destroy|(?:de)?register)_external_resource\w* ) \b""",
    _FLAGS,
)

ALLOWED = "one SELECT, SHOW, DESCRIBE, INSERT, UPDATE, DELETE, MERGE, CREATE, ALTER, DROP or EXPLAIN statement"


def type_name(statement: duckdb.Statement) -> str:
    """Return DuckDB's name of the statement's type, empty for a type that its Python package does not know."""
    try:
        return statement.type.name
    except ValueError:
        return ""


def refuse_text(sql: str) -> None:
    """Let the text of ``sql`` pass, before it is parsed, when it looks like what a model may run, or holds nothing.

    Raises:
        StatementRefused: it does not; the reason says what is allowed.

    """
    _refuse_hidden(sql)
    text = _without_explain(sql)
    if _DEFINING.match(text):
        _refuse_definition(text)
    elif not (_ON_DATA.match(text) or _NOTHING.match(text)):
        _refuse_kind()


def refuse_unless_allowed(cursor: duckdb.DuckDBPyConnection, statements: list[duckdb.Statement], sql: str) -> None:
    """Let ``sql``, whose text has passed and which parsed as ``statements``, pass when a model may run it.

    Raises:
        StatementRefused: it may not; the reason says what is allowed.

    """
    if len(statements) != 1:
        raise StatementRefused(reason=f"Write exactly {ALLOWED}; this text has {len(statements)}.")
    text = _without_explain(sql)
    kind = type_name(statements[0])
    if kind == "EXPLAIN":
        kind = _explained(cursor, text)
    if kind not in _DATA and not (kind in _DEFINITIONS and _DEFINITION.match(text)):
        _refuse_kind()


def _refuse_hidden(sql: str) -> None:
    words = {word.upper() for word in _WORD.findall(sql)}
    if words >= {"WITH", "COPY", "TO"}:
        raise StatementRefused(reason="COPY is not allowed inside WITH, so a text with WITH may not hold COPY ... TO.")
    found = _CALL.search(sql) or _ACTING.search(sql)
    if found:
        name = _WORD.findall(found[0])[0]
        raise StatementRefused(reason=f"{name} is not allowed. Write the SQL itself, on tables and views.")


def _refuse_kind() -> NoReturn:
    raise StatementRefused(reason=f"This kind of statement is not allowed. Write {ALLOWED}.")


def _refuse_definition(text: str) -> None:
    if not _DEFINITION.match(text):
        objects = _OBJECTS.replace("|", ", ")
        raise StatementRefused(
            reason=f"CREATE, ALTER, DROP and COMMENT ON are allowed for {objects}, with no comment before that word."
        )


def _without_explain(sql: str) -> str:
    explain = _EXPLAIN.match(sql)
    return sql[explain.end() :] if explain else sql


def _explained(cursor: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return the type of ``text``, which an EXPLAIN statement explains; empty when it is not plain to see."""
    try:
        statements = cursor.extract_statements(text)
    except duckdb.Error:
        return ""
    return type_name(statements[0]) if len(statements) == 1 else ""
