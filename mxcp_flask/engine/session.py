"""Runs SQL on one cursor, as one person."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import duckdb

from mxcp_flask.engine.opening import DatabaseSettings
from mxcp_flask.engine.parameters import bindable
from mxcp_flask.engine.redaction import redact
from mxcp_flask.engine.statements import refuse_text, refuse_unless_allowed, type_name
from mxcp_flask.engine.watchdog import Watchdog
from mxcp_flask.errors import SqlFailed, StatementRefused
from mxcp_flask.records import Identity

# DuckDB lets Python's own conversion errors through, such as that of an interval beyond a timedelta's range.
_FAILURES = (duckdb.Error, ValueError, TypeError, ArithmeticError, RuntimeError)
LONGEST_STATEMENT = 16_384  # characters, of a model's statement
MOST_COLUMNS = 1_000
_LONGEST_REASON = 4_000  # characters; a failed conversion quotes its value in full

_Result = TypeVar("_Result")
_Bound = tuple[duckdb.Statement, dict[str, Any]]


@dataclass(frozen=True)
class Rows:
    """The result of a statement: column names as DuckDB gives them, rows as tuples of Python values."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    cut: bool = False  # there were more than max_rows


class Session:
    """A cursor with a person's identity on it; not for use by two threads at once."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, identity: Identity, settings: DatabaseSettings, watchdog: Watchdog
    ) -> None:
        self._cursor = cursor
        self._secret = identity.external_token
        self._settings = settings
        self._watchdog = watchdog

    def run(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """Run the statements of ``sql`` and return the last one's result.

        Each statement is given those of ``parameters`` that it names. Several statements run in one transaction, all or
        nothing, unless one of them controls transactions itself.

        Raises:
            SqlFailed: a statement cannot be parsed, lacks a parameter, fails, or runs longer than the settings'
                ``timeout``; or the result has more than ``max_rows`` rows. Nothing of the transaction stays.

        """
        statements = self._parsed(sql)
        bound = [(statement, _values(statement, parameters)) for statement in statements]
        return self._guarded(lambda: self._execute(bound))

    def steps(self, sql: str, parameters: Mapping[str, Any]) -> Generator[tuple[int, int], None, Rows]:
        """Run the statements of ``sql`` as ``run`` does, and yield after each how many of how many are done.

        The generator returns the last one's result. Closed before its end, it leaves nothing of the transaction.
        """
        statements = self._parsed(sql)
        bound = [(statement, _values(statement, parameters)) for statement in statements]
        together = len(bound) > 1 and all(type_name(statement) != "TRANSACTION" for statement, _ in bound)
        if together:
            self._cursor.begin()
        try:
            for done, (statement, values) in enumerate(bound, start=1):
                self._guarded(partial(self._cursor.execute, statement, bindable(values) or None))
                if done == len(bound):
                    rows = self._guarded(self._fetched)
                    if together:
                        self._guarded(self._cursor.commit)
                yield done, len(bound)
        except GeneratorExit:
            with suppress(duckdb.Error):
                self._cursor.rollback()
            raise
        return rows

    def _fetched(self) -> Rows:
        columns = tuple(column[0] for column in self._cursor.description or ())
        return Rows(columns, self._fetch(columns))

    def run_single(self, sql: str) -> Rows:
        """Run ``sql``, written by a model, when it is one statement of an allowed type.

        Unless the settings let models write, it runs in a read-only transaction: what a model could store (a default, a
        view, a macro) would run as whoever touches it next.

        Raises:
            StatementRefused: it is too long, or no statement of an allowed type.
            SqlFailed: it cannot be parsed, or fails as in ``run``.

        """
        if len(sql) > LONGEST_STATEMENT:  # DuckDB's parser overflows the stack on deep nesting
            raise StatementRefused(reason=f"A statement may have at most {LONGEST_STATEMENT} characters.")
        refuse_text(sql)
        statements = self._parsed(sql)
        refuse_unless_allowed(self._cursor, statements, sql)
        bound = [(statements[0], _values(statements[0], {}))]
        execute = self._execute if self._settings.model_may_write else self._execute_read_only
        return self._guarded(lambda: execute(bound))

    def _parsed(self, sql: str) -> list[duckdb.Statement]:
        if any("\ud800" <= character <= "\udfff" for character in sql):
            raise SqlFailed(reason="The SQL holds a character that is not valid Unicode.")
        statements = self._guarded(lambda: self._cursor.extract_statements(sql))
        if not statements:
            raise SqlFailed(reason="The SQL holds no statement.")
        return statements

    def _execute(self, bound: list[_Bound]) -> Rows:
        together = len(bound) > 1 and all(type_name(statement) != "TRANSACTION" for statement, _ in bound)
        if together:
            self._cursor.begin()
        for statement, values in bound:
            self._cursor.execute(statement, bindable(values) or None)
        columns = tuple(column[0] for column in self._cursor.description or ())
        rows = self._fetch(columns)
        if together:
            self._cursor.commit()
        return Rows(columns, rows)

    def _execute_read_only(self, bound: list[_Bound]) -> Rows:
        self._cursor.execute("BEGIN TRANSACTION READ ONLY")
        rows = self._execute(bound)
        self._cursor.rollback()
        return rows

    def _fetch(self, columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
        most = self._settings.max_rows
        rows = self._cursor.fetchmany(most + 1) if columns else []
        if len(rows) > most:
            raise ValueError(f"The result has more than {most} rows. Ask for less, for example with LIMIT.")
        if len(columns) > MOST_COLUMNS:
            raise ValueError(f"The result has more than {MOST_COLUMNS} columns. Ask for less.")
        return rows

    def _guarded(self, work: Callable[[], _Result]) -> _Result:
        """Return what ``work`` returns, or raise SqlFailed with DuckDB's reason.

        It is raised after the except block: the original error, which may quote the token, must not be chained to it.
        """
        with self._watchdog.watching(self._cursor) as was_interrupted:
            try:
                return work()
            except _FAILURES as error:
                late = f"The SQL ran longer than {self._settings.timeout:g} seconds and was stopped."
                reason = late if was_interrupted() else self._reason(error)
        with suppress(duckdb.Error):  # there may be no transaction
            self._cursor.rollback()
        raise SqlFailed(reason=reason)

    def _reason(self, error: Exception) -> str:
        return redact(str(error)[:_LONGEST_REASON], self._secret)


def _values(statement: duckdb.Statement, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that ``statement`` names; DuckDB does not mind their case."""
    given = {name.casefold(): value for name, value in parameters.items()}
    names = sorted(statement.named_parameters)
    missing = [f"${name}" for name in names if name.casefold() not in given]
    if missing:
        raise SqlFailed(reason=f"The SQL uses parameters that were not given: {', '.join(missing)}.")
    return {name: given[name.casefold()] for name in names}
