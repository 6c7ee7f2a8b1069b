"""How a tool and its result look in each revision of MCP (schema: Tool, CallToolResult).

``structuredContent`` and ``outputSchema`` may be anything from 2026-07-28 on. From 2025-06-18 on they had to be of an
object, so that other values travel as ``{"result": value}`` and their schema likewise. Before, neither existed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.model import Tool
from mxcp_flask.mcp.json_text import encode_text
from mxcp_flask.mcp.revisions import Revision

Json = dict[str, Any]


def entry(tool: Tool, revision: Revision) -> Json:
    """Return the tool's entry in tools/list."""
    form: Json = {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}
    if tool.annotations:
        form["annotations"] = dict(tool.annotations)
    if revision.titles and tool.annotations.get("title"):
        form["title"] = tool.annotations["title"]
    if tool.output_schema is not None and revision.structured != "none":
        form["outputSchema"] = _output_schema(tool.output_schema, revision)
    return form


def completed(tool: Tool, value: Any, revision: Revision) -> Json:
    """Return the result of a call that gave the JSON ``value``."""
    form = _text(value if isinstance(value, str) else encode_text(value), is_error=False)
    if revision.structured == "any":
        form["structuredContent"] = value
    elif revision.structured == "objects":
        form["structuredContent"] = {"result": value} if _wraps(tool, value) else value
    return form


def failed(text: str) -> Json:
    """Return the result of a call that failed in a way that the model can do something about."""
    return _text(text, is_error=True)


def _text(text: str, *, is_error: bool) -> Json:
    return {"content": [{"type": "text", "text": text}], "isError": is_error}


def _output_schema(schema: Mapping[str, Any], revision: Revision) -> Json:
    if revision.structured == "any" or _describes_object(schema):
        return dict(schema)
    return {"type": "object", "properties": {"result": dict(schema)}, "required": ["result"]}


def _wraps(tool: Tool, value: Any) -> bool:
    if tool.output_schema is None:
        return not isinstance(value, dict)
    return not _describes_object(tool.output_schema)


def _describes_object(schema: Mapping[str, Any]) -> bool:
    return bool(schema.get("type") == "object")
