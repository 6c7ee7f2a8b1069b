"""Tests of mxcp_flask.endpoints.content."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.endpoints.content import blocks
from mxcp_flask.errors import ResultMismatch


@pytest.mark.parametrize(
    ("cells", "block"),
    [
        ({"type": "text", "text": "a", "data": None}, {"type": "text", "text": "a"}),
        (
            {"type": "image", "data": b"\0", "mime_type": "image/png"},
            {"type": "image", "data": "AA==", "mimeType": "image/png"},
        ),
        (
            {"type": "audio", "data": bytearray(b"\0"), "mime_type": "audio/wav"},
            {"type": "audio", "data": "AA==", "mimeType": "audio/wav"},
        ),
        (
            {"type": "resource", "uri": "a://b", "text": "t"},
            {"type": "resource", "resource": {"uri": "a://b", "text": "t"}},
        ),
        (
            {"type": "resource", "uri": "a://b", "data": b"\0", "mime_type": "image/png"},
            {"type": "resource", "resource": {"uri": "a://b", "blob": "AA==", "mimeType": "image/png"}},
        ),
        (
            {"type": "resource_link", "uri": "a://b", "name": "n", "title": "t", "description": None},
            {"type": "resource_link", "uri": "a://b", "name": "n", "title": "t"},
        ),
    ],
)
def test_a_row_is_a_block(cells: dict[str, Any], block: dict[str, Any]) -> None:
    """Each type must have its members, and no member where the cell is NULL."""
    assert blocks(tuple(cells), [tuple(cells.values())]) == [block]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"text": "a"}, "row 1: column type"),
        ({"type": "song"}, "row 1: column type must be one of text, image"),
        ({"type": "text", "text": 5}, "row 1: column text must be text"),
        ({"type": "image", "data": "AA==", "mime_type": "image/png"}, "row 1: column data must be a BLOB"),
        ({"type": "image", "data": b"\0"}, "row 1: column mime_type"),
        ({"type": "resource", "text": "a"}, "row 1: column uri"),
        ({"type": "resource_link", "uri": "a://b"}, "row 1: column name"),
        ({"type": "text", "text": "a", "txet": "b"}, "column txet"),
    ],
)
def test_a_fault_has_its_place(cells: dict[str, Any], text: str) -> None:
    """Row and column must be named, with what would be right."""
    with pytest.raises(ResultMismatch, match=text):
        blocks(tuple(cells), [tuple(cells.values())])
