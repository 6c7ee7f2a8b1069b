"""The tools: listing those that the caller may use, and calling one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.model import Tool
from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp.client_capabilities import require
from mxcp_flask.mcp.input_requests import gather
from mxcp_flask.mcp.paging import list_page
from mxcp_flask.mcp.progress import has_to_tell
from mxcp_flask.mcp.service import Exchange, Service
from mxcp_flask.mcp.streams import Telling
from mxcp_flask.mcp.tool_forms import failed
from mxcp_flask.mcp.tool_runs import FOR_THE_MODEL, run, tell

MAX_NAME = 128  # characters of an unknown tool's name that the answer repeats


def list_tools(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ListToolsResult: a page, by name, without the tools whose scopes the caller lacks."""
    return list_page("tools", exchange, params)


def call_tool(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any] | Telling:
    """Return the CallToolResult of the tool named in ``params``, or what tells about it; ``arguments`` may be left out.

    Raises:
        ParamsInvalid: there is no such tool, or what the client answers before it runs is not valid.
        CapabilitiesMissing: the client cannot do what the tool needs.
        DatabaseNotUsable: its SQL could not be run at all.

    """
    tool = tool_of(exchange.service, params)
    if tool is None:
        raise ParamsInvalid(reason=_no_such_tool(params))
    try:
        require(tool, exchange)
        arguments = params.get("arguments")
        bound = bind(tool, {} if arguments is None else arguments)
        given = gather(tool, exchange, "tools/call", params, bound)
    except FOR_THE_MODEL as error:
        return failed(str(error))
    if given.asking:
        return given.asking
    values = {**bound, **given.parameters}
    return tell(tool, exchange, values) if has_to_tell(tool, exchange) else run(tool, exchange, values)


def tool_of(service: Service, params: Any) -> Tool | None:
    """Return the tool that ``params`` names, if there is one."""
    name = params.get("name") if isinstance(params, dict) else None
    return service.catalogue.tools.get(name) if isinstance(name, str) else None


def _no_such_tool(params: Mapping[str, Any]) -> str:
    name = params.get("name")
    return f"unknown tool '{name[:MAX_NAME]}'" if isinstance(name, str) else "'name' must be a string"
