"""The tools: listing those that the caller may use, and calling one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.model import Tool
from mxcp_flask.engine import Rows
from mxcp_flask.errors import (
    ArgumentsInvalid,
    ParamsInvalid,
    ResultMismatch,
    ResultTooLarge,
    SqlFailed,
    StatementRefused,
)
from mxcp_flask.mcp.paging import list_page
from mxcp_flask.mcp.service import Exchange, Service
from mxcp_flask.mcp.tool_forms import answered, failed

FOR_THE_MODEL = (ArgumentsInvalid, ResultMismatch, ResultTooLarge, SqlFailed, StatementRefused)
"""Failures that are a tool's answer and not the protocol's: the model reads them and can call again, better."""

MAX_NAME = 128  # characters of an unknown tool's name that the answer repeats


def list_tools(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ListToolsResult: a page, by name, without the tools whose scopes the caller lacks."""
    return list_page("tools", exchange, params)


def call_tool(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the CallToolResult of the tool named in ``params``; ``arguments`` may be left out.

    Raises:
        ParamsInvalid: there is no such tool.
        DatabaseNotUsable: its SQL could not be run at all.

    """
    tool = tool_of(exchange.service, params)
    if tool is None:
        raise ParamsInvalid(reason=_no_such_tool(params))
    try:
        rows = _run(tool, exchange, params.get("arguments"))
        return answered(tool, rows, exchange.revision, exchange.service.max_bytes)
    except FOR_THE_MODEL as error:
        return failed(str(error))


def tool_of(service: Service, params: Any) -> Tool | None:
    """Return the tool that ``params`` names, if there is one."""
    name = params.get("name") if isinstance(params, dict) else None
    return service.catalogue.tools.get(name) if isinstance(name, str) else None


def _no_such_tool(params: Mapping[str, Any]) -> str:
    name = params.get("name")
    return f"unknown tool '{name[:MAX_NAME]}'" if isinstance(name, str) else "'name' must be a string"


def _run(tool: Tool, exchange: Exchange, arguments: Any) -> Rows:
    bound = bind(tool, {} if arguments is None else arguments)
    with exchange.service.database.session(exchange.caller.identity) as session:
        if tool.single_statement:
            return session.run_single(bound["sql"])
        return session.run(tool.sql, bound)
