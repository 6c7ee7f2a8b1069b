"""Runs SQL on one cursor, as one person."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any, TypeVar

import duckdb

from mxcp_flask.engine.attachments import Attachments
from mxcp_flask.engine.fetching import Fetcher
from mxcp_flask.engine.parameters import bindable
from mxcp_flask.engine.parsing import Parsed, ParsedTexts, parsed
from mxcp_flask.engine.reach import NOWHERE, Reach, reach_of_endpoints, reach_of_models
from mxcp_flask.engine.readers import with_fetches
from mxcp_flask.engine.redaction import redact
from mxcp_flask.engine.rows import Row, Rows, Sink
from mxcp_flask.engine.settings import DatabaseSettings
from mxcp_flask.engine.statements import refuse_text, refuse_unless_allowed
from mxcp_flask.engine.watchdog import Alive, Verdict, Watchdog
from mxcp_flask.errors import SqlFailed, StatementRefused
from mxcp_flask.host import Host
from mxcp_flask.meter import Meter, Ran
from mxcp_flask.records import Identity

# DuckDB lets Python's own conversion errors through, such as that of an interval beyond a timedelta's range.
_FAILURES = (duckdb.Error, ValueError, TypeError, ArithmeticError, RuntimeError, MemoryError)
LONGEST_STATEMENT = 16_384  # characters, of a model's statement
MOST_COLUMNS = 1_000
_PIECE = 100  # rows that are taken from DuckDB at once
_LONG = 1_000  # rows from which on a result is poured
_LARGE = 100_000  # bytes of a result that a cursor, which keeps its last one, may have when it waits
_LONGEST_REASON = 4_000  # characters; a failed conversion quotes its value in full

_URL_AS_FILE = re.compile(r'Cannot access file "https?://')
_READ_URLS = "A URL is read by a call with one text, such as FROM read_json_auto('https://...')."
_INTERRUPTED: Mapping[Verdict, str] = {
    "late": "The SQL ran longer than {seconds:g} seconds and was stopped.",
    "cancelled": "The SQL was cancelled.",
    "stopping": "The server is being stopped or started anew, and the SQL was stopped with it. Call again.",
}
_Result = TypeVar("_Result")
_Bound = tuple[Parsed, dict[str, Any]]


class Session:
    """A cursor with a person's identity on it; not for use by two threads at once, but for ``interrupt``.

    ``alive`` tells whether anybody still waits for the result; a statement that nobody waits for is interrupted.
    A ``sink``, if there is one, takes the results that are long.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        identity: Identity,
        settings: DatabaseSettings,
        watchdog: Watchdog,
        fetcher: Fetcher,
        alive: Alive | None = None,
        meter: Meter | None = None,
        texts: ParsedTexts | None = None,
        host: Host | None = None,
    ) -> None:
        self._cursor = cursor
        self._identity = identity
        self._settings = settings
        self._watchdog = watchdog
        self._fetcher = fetcher
        self._alive = alive
        self._meter = meter or Meter()
        self._texts = texts or ParsedTexts()
        self._host = host or Host()
        self._attachments = Attachments(cursor)
        self.sink: Sink | None = None
        self._cancelled = False
        self._stopped: Verdict | None = None  # why the last statement was interrupted
        self._altered = False  # the cursor may not be what it was

    @property
    def left_nothing(self) -> bool:
        """Tell whether the cursor is what it was before: only data was read or changed, and nothing went wrong."""
        return not (self._altered or self._cancelled or self._fetcher.asked)

    def run(self, sql: str, parameters: Mapping[str, Any]) -> Rows:
        """Run the statements of ``sql`` and return the last one's result; raises as ``steps`` does."""
        steps = self.steps(sql, parameters)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            rows: Rows = end.value
            return rows

    def steps(self, sql: str, parameters: Mapping[str, Any]) -> Generator[tuple[int, int], None, Rows]:
        """Run the statements of ``sql``, give (done, total) after each, and return the last one's result.

        Each statement is given those of ``parameters`` that it names. Several statements run in one transaction, all or
        nothing, unless one of them controls transactions itself.

        Raises:
            SqlFailed: a statement cannot be parsed, lacks a parameter, fails, runs longer than the settings'
                ``timeout``, or is cancelled. Nothing of the transaction stays.

        """
        given = {name.casefold(): value for name, value in parameters.items()}
        lists = frozenset(name for name, value in given.items() if isinstance(value, list))
        text = self._texts.get(sql, lists, lambda: self._parsed(with_fetches(sql, lists)))
        self._altered |= not text.leaves_nothing
        bound = [(each, each.values(given)) for each in text.statements]
        reach, rows = reach_of_endpoints(self._settings, self._identity, text.loopback_hosts), Rows((), [])
        together = text.together
        if together:
            self._guarded(self._cursor.begin)
        try:
            for done, each in enumerate(bound, 1):
                rows = self._measured(partial(self._execute, each, last=done == len(bound), together=together), reach)
                yield done, len(bound)
        except GeneratorExit:  # whoever asked for the steps went away
            self._altered = True
            self._rollback()
            raise
        return rows

    def interrupt(self) -> None:
        """Cancel what runs, and what would run next; for any thread."""
        self._cancelled = True
        self._watchdog.cancel(self._cursor)

    def close(self) -> None:
        """Let go of what the session leaves in the database: attached databases and downloads."""
        self._fetcher.close()
        self._attachments.detach()

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
        # Both are judged: DuckDB's tokenizer, by which the text is rewritten, and its parser may read it differently.
        for text in dict.fromkeys((sql, with_fetches(sql))):
            refuse_text(text)
            statements = self._parsed(text)
            refuse_unless_allowed(self._cursor, statements, text)
        self._altered = True  # for all that is known of a model's statement
        statement = parsed(statements[0])
        bound = (statement, statement.values({}))
        execute = self._execute if self._settings.model_may_write else self._execute_read_only
        return self._measured(lambda: execute(bound), reach_of_models(self._settings, self._identity))

    def _parsed(self, sql: str) -> list[duckdb.Statement]:
        if any("\ud800" <= character <= "\udfff" for character in sql):
            raise SqlFailed(reason="The SQL holds a character that is not valid Unicode.")
        statements = self._guarded(lambda: self._cursor.extract_statements(sql))
        if not statements:
            raise SqlFailed(reason="The SQL holds no statement.")
        return statements

    def _execute(self, bound: _Bound, *, last: bool = True, together: bool = False) -> Rows:
        text, values = bound
        with self._attachments.attaching() if text.kind == "ATTACH" else nullcontext(), self._host.aside():
            self._cursor.execute(text.statement, bindable(values) or None)
        if not last:
            return Rows((), [])
        rows = self._fetch()
        if together:
            self._cursor.commit()
        return rows

    def _execute_read_only(self, bound: _Bound) -> Rows:
        self._cursor.execute("BEGIN TRANSACTION READ ONLY")
        rows = self._execute(bound)
        self._cursor.rollback()
        return rows

    def _fetch(self) -> Rows:
        columns = tuple(column[0] for column in self._cursor.description or ())
        if len(columns) > MOST_COLUMNS:
            raise ValueError(f"The result has more than {MOST_COLUMNS} columns. Ask for less.")
        most, rows, size = self._settings.max_rows, list[Row](), 0
        while columns and len(rows) < most and size <= self._settings.max_bytes:  # more would be thrown away
            piece = self._cursor.fetchmany(min(_PIECE, most - len(rows)))
            if not piece:
                return Rows(columns, rows)
            rows += piece
            size += sum(len(value) for row in piece for value in row if isinstance(value, (str, bytes)))
            self._altered |= len(rows) > _PIECE or size > _LARGE
            if self.sink and len(rows) > 1 and (len(rows) >= _LONG or size > _LARGE):
                return self._poured(columns, rows, self.sink)
        self._altered = True  # what was not read stays in the cursor
        return Rows(columns, rows, cut=bool(columns) and self._cursor.fetchone() is not None)

    def _poured(self, columns: tuple[str, ...], piece: list[Row], sink: Sink) -> Rows:
        """Pour ``piece``, which came first, and all that is still to come."""
        self._altered, left = True, self._settings.max_rows
        sink.begin(columns)
        while piece:
            left -= len(piece)
            if not sink.take(piece):
                break
            if left == 0:
                return Rows(columns, [], cut=self._cursor.fetchone() is not None, poured=True)
            piece = self._cursor.fetchmany(min(_LONG, left))
        return Rows(columns, [], poured=True)

    def _measured(self, work: Callable[[], Rows], reach: Reach) -> Rows:
        """Do as ``_guarded`` does, with a statement, and report how it ended."""
        self._stopped, began = None, time.perf_counter()
        outcome: Ran = "failed"
        self._meter.began()
        try:
            rows = self._guarded(work, reach)
            outcome = "ok"
        finally:
            self._meter.ended(self._stopped or outcome, time.perf_counter() - began)
        return rows

    def _guarded(self, work: Callable[[], _Result], reach: Reach = NOWHERE) -> _Result:
        """Return what ``work`` returns, or raise SqlFailed with DuckDB's reason.

        It is raised after the except block: the original error, which may quote the token, must not be chained to it.
        """
        seconds = self._settings.timeout
        with (
            self._watchdog.watching(self._cursor, self._alive) as verdict,
            self._fetcher.current(reach, seconds, verdict),
        ):
            try:
                self._refuse_cancelled()  # once it is watched, it can be cancelled
                result = work()
            except _FAILURES as error:
                stopped = self._stopped = verdict()
                reason = self._reason(error) if stopped is None else self._interrupted(stopped)
            else:
                reason = ""
        self._altered |= verdict() is not None  # an interruption that came too late could meet what runs next
        if not reason:
            return result
        self._altered = True
        self._rollback()
        raise SqlFailed(reason=reason)

    def _refuse_cancelled(self) -> None:
        if self._cancelled:
            raise ValueError(_INTERRUPTED["cancelled"])

    def _rollback(self) -> None:
        with suppress(duckdb.Error):  # there may be no transaction
            self._cursor.rollback()

    def _interrupted(self, verdict: Verdict) -> str:
        return _INTERRUPTED[verdict].format(seconds=self._settings.timeout)

    def _reason(self, error: Exception) -> str:
        reason = self._fetcher.failure or str(error)[:_LONGEST_REASON] or f"The SQL failed ({type(error).__name__})."
        if _URL_AS_FILE.search(reason):
            reason = f"{reason.rstrip()} {_READ_URLS}"
        for secret in self._fetcher.secrets:
            reason = redact(reason, secret)
        return reason
