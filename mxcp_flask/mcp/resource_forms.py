"""What a resource holds (schema: TextResourceContents, BlobResourceContents)."""

from __future__ import annotations

import base64
from typing import Any

from mxcp_flask.endpoints.model import Resource
from mxcp_flask.endpoints.shaping import shape
from mxcp_flask.engine import Rows
from mxcp_flask.errors import ResultTooLarge
from mxcp_flask.mcp.bounds import Bounded, size_of, text_of, too_large
from mxcp_flask.mcp.long_results import LongResult

Json = dict[str, Any]


def contents(resource: Resource, uri: str, rows: Rows, max_bytes: int, poured: LongResult | None = None) -> Json:
    """Return the contents of the resource at ``uri``: a BLOB as such, a text as it is, anything else as JSON.

    A result without ``return`` is a text when it is one cell with a text.

    Raises:
        ResultMismatch: the rows do not fit what the resource declares.
        ResultTooLarge: they are not all the rows, or have more than ``max_bytes``.

    """
    if poured and rows.poured:
        return _long(resource, uri, poured.bounded(rows_cut=rows.cut), max_bytes)
    if rows.cut:
        raise ResultTooLarge(reason=f"it has more than {len(rows.rows)} rows (max_rows)")
    cell = rows.rows[0][0] if len(rows.rows) == len(rows.columns) == 1 else None
    if isinstance(cell, (bytes, bytearray, memoryview)) and _may_be_one_cell(resource):
        blob = base64.b64encode(cell).decode("ascii")
        return _form(uri, resource.mime_type or "application/octet-stream", "blob", blob, max_bytes)
    if resource.returns is None and isinstance(cell, str):
        return _form(uri, resource.mime_type or "text/plain", "text", cell, max_bytes)
    value = shape(resource, rows.columns, rows.rows)
    if _is_text(resource):
        return _form(uri, resource.mime_type or "text/plain", "text", value or "", max_bytes)
    return _form(uri, resource.mime_type or "application/json", "text", text_of(value), max_bytes)


def _long(resource: Resource, uri: str, result: Bounded, max_bytes: int) -> Json:
    """Return the contents of a resource whose rows were poured; it is whole, or none."""
    if result.cut and result.cut.limit == "max_rows":
        raise ResultTooLarge(reason=f"it has more than {result.cut.rows} rows (max_rows)")
    if result.cut:
        raise ResultTooLarge(reason=f"it has more bytes than this server returns at most, {max_bytes} (max_bytes)")
    return {"uri": uri, "mimeType": resource.mime_type or "application/json", "text": result.text}


def _may_be_one_cell(resource: Resource) -> bool:
    return resource.returns is None or _is_text(resource)


def _is_text(resource: Resource) -> bool:
    return resource.returns is not None and resource.returns["type"] == "string"


def _form(uri: str, mime_type: str, member: str, text: str, max_bytes: int) -> Json:
    size = size_of(text)
    if size > max_bytes:
        raise too_large(size, max_bytes)
    return {"uri": uri, "mimeType": mime_type, member: text}
