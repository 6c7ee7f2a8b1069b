"""Rows that are content blocks of MCP (schema 2026-07-28: ContentBlock), one a row."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from mxcp_flask.errors import ResultMismatch

Json = dict[str, Any]
COLUMNS = ("type", "text", "data", "mime_type", "uri", "name", "title", "description")
TYPES = ("text", "image", "audio", "resource", "resource_link")


def blocks(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Json]:
    """Return a block for each row; columns that are NULL or missing leave their member out.

    Raises:
        ResultMismatch: naming the row and column that do not fit.

    """
    stray = [column for column in columns if column not in COLUMNS]
    if stray:
        raise ResultMismatch(reason=f"column {stray[0]} is none of a content block ({', '.join(COLUMNS)})")
    return [_Row(number, dict(zip(columns, row, strict=True))).block() for number, row in enumerate(rows, 1)]


class _Row:
    def __init__(self, number: int, cells: Mapping[str, Any]) -> None:
        self.number = number
        self.cells = cells

    def block(self) -> Json:
        kind = self._needed("type")
        if kind not in TYPES:
            raise self._fault("type", f"must be one of {', '.join(TYPES)}")
        if kind == "text":
            return {"type": kind, "text": self._needed("text")}
        if kind in ("image", "audio"):
            return {"type": kind, "data": self._base64(), "mimeType": self._needed("mime_type")}
        return self._link() if kind == "resource_link" else {"type": kind, "resource": self._resource()}

    def _resource(self) -> Json:
        form = {"uri": self._needed("uri"), **self._given({"mime_type": "mimeType"})}
        if self.cells.get("data") is not None:
            return {**form, "blob": self._base64()}
        return {**form, "text": self._needed("text")}

    def _link(self) -> Json:
        more = self._given({"title": "title", "description": "description", "mime_type": "mimeType"})
        return {"type": "resource_link", "uri": self._needed("uri"), "name": self._needed("name"), **more}

    def _given(self, members: Mapping[str, str]) -> Json:
        return {
            member: self._needed(column) for column, member in members.items() if self.cells.get(column) is not None
        }

    def _needed(self, column: str) -> str:
        value = self.cells.get(column)
        if not isinstance(value, str):
            raise self._fault(column, "must be text")
        return value

    def _base64(self) -> str:
        value = self.cells.get("data")
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise self._fault("data", "must be a BLOB")
        return base64.b64encode(value).decode("ascii")

    def _fault(self, column: str, wanted: str) -> ResultMismatch:
        return ResultMismatch(reason=f"row {self.number}: column {column} {wanted}")
