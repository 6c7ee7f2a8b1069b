"""Running a tool's SQL: at once, or statement by statement with something to tell after each."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from typing import Any

from mxcp_flask.endpoints.model import Tool
from mxcp_flask.engine import Rows
from mxcp_flask.errors import (
    ArgumentsInvalid,
    InputDeclined,
    ResultMismatch,
    ResultTooLarge,
    RevisionTooOld,
    SqlFailed,
    StatementRefused,
    TemplateFailed,
)
from mxcp_flask.mcp.long_results import long_result
from mxcp_flask.mcp.progress import notes
from mxcp_flask.mcp.service import Exchange
from mxcp_flask.mcp.streams import Telling
from mxcp_flask.mcp.tool_forms import answered, failed

FOR_THE_MODEL = (
    ArgumentsInvalid,
    InputDeclined,
    ResultMismatch,
    ResultTooLarge,
    RevisionTooOld,
    SqlFailed,
    StatementRefused,
    TemplateFailed,
)
"""Failures that are a tool's answer and not the protocol's: the model reads them and can call again, better."""


def run(tool: Tool, exchange: Exchange, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of ``tool`` with the parameters ``values``; raises DatabaseNotUsable."""
    limit = exchange.service.max_bytes
    try:
        with exchange.session() as session:
            session.sink = sink = long_result(tool, limit)
            rows = session.run_single(values["sql"]) if tool.single_statement else session.run(tool.sql, values)
        return answered(tool, rows, exchange.revision, limit, sink)
    except FOR_THE_MODEL as error:
        return failed(str(error))


def tell(tool: Tool, exchange: Exchange, values: Mapping[str, Any]) -> Telling:
    """Tell after each statement of ``tool`` what it did, and return the result; raises DatabaseNotUsable.

    Closed before its end, it leaves nothing of the transaction.
    """
    limit = exchange.service.max_bytes
    try:
        with exchange.session() as session, closing(session.steps(tool.sql, values)) as steps:
            session.sink = sink = long_result(tool, limit)
            rows = yield from _told(tool, exchange, steps)
        return answered(tool, rows, exchange.revision, limit, sink)
    except FOR_THE_MODEL as error:
        return failed(str(error))


def _told(
    tool: Tool, exchange: Exchange, steps: Generator[tuple[int, int], None, Rows]
) -> Generator[dict[str, Any], None, Rows]:
    while True:
        try:
            done, total = next(steps)
        except StopIteration as end:
            rows: Rows = end.value
            return rows
        yield from notes(tool, exchange, done, total)
