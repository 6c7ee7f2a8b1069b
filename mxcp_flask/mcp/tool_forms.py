"""How a tool and its result look in each revision of MCP (schema: Tool, CallToolResult).

``structuredContent`` and ``outputSchema`` may be anything from 2026-07-28 on. From 2025-06-18 on they had to be of an
object, so that other values travel as ``{"result": value}`` and their schema likewise. Before, neither existed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.endpoints.content import blocks
from mxcp_flask.endpoints.model import Tool
from mxcp_flask.endpoints.shaping import shape
from mxcp_flask.engine import Rows
from mxcp_flask.errors import ResultTooLarge
from mxcp_flask.mcp.answers import Spooled
from mxcp_flask.mcp.bounds import Bounded, bounded, size_of, text_of, too_large
from mxcp_flask.mcp.contents import fitting
from mxcp_flask.mcp.long_results import LongResult
from mxcp_flask.mcp.revisions import Revision

Json = dict[str, Any]


def entry(tool: Tool, revision: Revision) -> Json:
    """Return the tool's entry in tools/list."""
    form: Json = {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}
    if tool.annotations:
        form["annotations"] = dict(tool.annotations)
    title = tool.title or tool.annotations.get("title")
    if revision.titles and title:
        form["title"] = title
    if tool.output_schema is not None and revision.structured != "none":
        form["outputSchema"] = _output_schema(tool.output_schema, revision)
    return form


def answered(tool: Tool, rows: Rows, revision: Revision, max_bytes: int, poured: LongResult | None = None) -> Json:
    """Return the result of a call whose SQL returned ``rows``, or had them ``poured``.

    Raises:
        ResultMismatch: they do not fit what the tool declares.
        ResultTooLarge: they have more than ``max_bytes``, and are no list that could be cut.

    """
    if tool.content:
        return _blocks(rows, revision, max_bytes)
    if poured and rows.poured:
        return completed(tool, poured.bounded(rows_cut=rows.cut), revision)
    value = shape(tool, rows.columns, rows.rows)
    return completed(tool, bounded(tool, value, max_bytes, rows_cut=rows.cut), revision)


def completed(tool: Tool, result: Bounded, revision: Revision) -> Json:
    """Return the result of a call; a list that was cut says so to the model, and in ``_meta`` to programs."""
    form, value = _text(result.text, is_error=False), result.value
    if result.cut:
        form["content"].append({"type": "text", "text": result.cut.note})
        form["_meta"] = {"mxcp/cut": {"rows": result.cut.rows, "limit": result.cut.limit}}
    if revision.structured == "any":
        form["structuredContent"] = value
    elif revision.structured == "objects":
        form["structuredContent"] = {"result": value} if _wraps(tool, value) else value
    return form


def failed(text: str) -> Json:
    """Return the result of a call that failed in a way that the model can do something about."""
    return _text(text, is_error=True)


def _blocks(rows: Rows, revision: Revision, max_bytes: int) -> Json:
    if rows.cut:
        raise ResultTooLarge(reason=f"it has more than {len(rows.rows)} rows (max_rows)")
    content = [fitting(block, revision) for block in blocks(rows.columns, rows.rows)]
    size = size_of(text_of(content))
    if size > max_bytes:
        raise too_large(size, max_bytes)
    return {"content": content, "isError": False}


def _text(text: str | Spooled, *, is_error: bool) -> Json:
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
