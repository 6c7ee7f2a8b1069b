"""The tools: listing those that the caller may use, and calling one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.model import Tool
from mxcp_flask.endpoints.shaping import shape
from mxcp_flask.engine import Rows
from mxcp_flask.errors import ArgumentsInvalid, ParamsInvalid, ResultMismatch, SqlFailed, StatementRefused
from mxcp_flask.mcp.service import Exchange, Service
from mxcp_flask.mcp.tool_forms import completed, failed

FOR_THE_MODEL = (ArgumentsInvalid, ResultMismatch, SqlFailed, StatementRefused)
"""Failures that are a tool's answer and not the protocol's: the model reads them and can call again, better."""

MAX_NAME = 128  # characters of an unknown tool's name that the answer repeats


def list_tools(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ListToolsResult: one page, by name, without the tools whose scopes the caller lacks.

    Raises:
        ParamsInvalid: a cursor is given, and no cursor was ever handed out.

    """
    if params.get("cursor") is not None:
        raise ParamsInvalid(reason="tools/list has one page, so there is no such cursor")
    listing = exchange.service.listings[exchange.revision.version]
    return {"tools": [entry for tool, entry in listing if not exchange.caller.lacks(tool.required_scopes)]}


def call_tool(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the CallToolResult of the tool named in ``params``; ``arguments`` may be left out.

    Raises:
        ParamsInvalid: there is no such tool.
        DatabaseNotUsable: its SQL could not be run at all.

    """
    tool = _tool(exchange.service, params)
    if tool is None:
        raise ParamsInvalid(reason=_no_such_tool(params))
    try:
        value = _run(tool, exchange, params.get("arguments"))
    except FOR_THE_MODEL as error:
        return failed(str(error))
    return completed(tool, value, exchange.revision)


def scopes_of_call(service: Service, params: Any) -> tuple[str, ...]:
    """Return the scopes that a call with ``params`` needs; none when it names no tool."""
    tool = _tool(service, params)
    return () if tool is None else tool.required_scopes


def _tool(service: Service, params: Any) -> Tool | None:
    name = params.get("name") if isinstance(params, dict) else None
    return service.catalogue.tools.get(name) if isinstance(name, str) else None


def _no_such_tool(params: Mapping[str, Any]) -> str:
    name = params.get("name")
    return f"unknown tool '{name[:MAX_NAME]}'" if isinstance(name, str) else "'name' must be a string"


def _run(tool: Tool, exchange: Exchange, arguments: Any) -> Any:
    bound = bind(tool, {} if arguments is None else arguments)
    rows = _query(tool, exchange, bound)
    return shape(tool, rows.columns, rows.rows)


def _query(tool: Tool, exchange: Exchange, bound: Mapping[str, Any]) -> Rows:
    with exchange.service.database.session(exchange.caller.identity) as session:
        if tool.single_statement:
            return session.run_single(bound["sql"])
        return session.run(tool.sql, bound)
