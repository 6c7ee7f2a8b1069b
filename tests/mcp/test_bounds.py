"""Tests of mxcp_flask.mcp.bounds, and of bounded results of tools."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from jsonschema import Draft202012Validator
from mcp_types.methods import validate_server_result

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database, Rows
from mxcp_flask.errors import ResultTooLarge
from mxcp_flask.mcp import McpServer
from mxcp_flask.mcp.bounds import Cut, bounded
from mxcp_flask.mcp.revisions import REVISIONS
from tests.mcp.client import Client
from tests.mcp.fakes import FakeDatabase, tool

LIST = {"type": "array", "items": {"type": "object"}}
TOOLS = [
    tool("rows"),
    tool("declared", returns=LIST, output_schema=LIST),
    tool("at_least", returns={**LIST, "minItems": 3}, output_schema={**LIST, "minItems": 3}),
    tool("text", returns={"type": "string"}, output_schema={"type": "string"}),
    tool("row", returns={"type": "object"}, output_schema={"type": "object"}),
]
ROWS = Rows(("n",), [(1,), (2,), (3,)])  # {"n":1} has 7 bytes


def call(name: str, rows: Rows, max_bytes: int, version: str = "2026-07-28") -> Any:
    """Return the result of a tool whose SQL returned ``rows``."""
    catalogue = Catalogue(tools={each.name: each for each in TOOLS})
    database = cast(Database, FakeDatabase(rows))
    server = McpServer(catalogue, database, name="shop", version="1", max_bytes=max_bytes)
    result = Client(server).call(version, "tools/call", {"name": name}).json["result"]
    validate_server_result("tools/call", version, result)
    return result


@pytest.mark.parametrize(("max_bytes", "shown"), [(25, 3), (24, 2), (17, 2), (16, 1), (9, 1)])
def test_a_list_is_cut_to_the_rows_that_fit(max_bytes: int, shown: int) -> None:
    """The text must have as many whole rows as the limit allows, counted to the byte."""
    result = bounded(tool("t"), [{"n": 1}, {"n": 2}, {"n": 3}], max_bytes)

    assert isinstance(result.text, str)
    assert len(result.text) <= max_bytes
    assert result.value == json.loads(result.text) == [{"n": 1}, {"n": 2}, {"n": 3}][:shown]
    assert result.cut == (None if shown == 3 else Cut(shown, "max_bytes"))


def test_bytes_are_counted_not_characters() -> None:
    """A letter of two bytes must count as two."""
    assert bounded(tool("t"), "é" * 5, 10).text == "é" * 5
    with pytest.raises(ResultTooLarge):
        bounded(tool("t"), "é" * 5, 9)


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize("name", ["rows", "declared"])
@pytest.mark.parametrize(
    ("rows", "max_bytes", "cut"),
    [
        (ROWS, 20, {"rows": 2, "limit": "max_bytes"}),
        (Rows(ROWS.columns, ROWS.rows, cut=True), 100, {"rows": 3, "limit": "max_rows"}),
        (Rows(ROWS.columns, ROWS.rows, cut=True), 20, {"rows": 2, "limit": "max_bytes"}),
        (ROWS, 100, None),
    ],
)
def test_a_cut_list_says_that_it_was_cut(
    version: str, name: str, rows: Rows, max_bytes: int, cut: dict[str, Any] | None
) -> None:
    """Model and program must learn that rows are missing, why, and what to do; what is there must stay valid."""
    result = call(name, rows, max_bytes, version)

    assert result["isError"] is False
    assert result.get("_meta", {}).get("mxcp/cut") == cut
    assert len(result["content"]) == (1 if cut is None else 2)
    shown = json.loads(result["content"][0]["text"])
    if cut is not None:
        assert len(shown) == cut["rows"]
        assert f"first {cut['rows']} rows" in result["content"][1]["text"]
        assert cut["limit"] in result["content"][1]["text"]
        assert "LIMIT" in result["content"][1]["text"]
    structured = result.get("structuredContent", shown)
    Draft202012Validator(LIST).validate(structured if isinstance(structured, list) else structured["result"])


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("text", Rows(("t",), [("x" * 21,)])),
        ("row", Rows(("a", "b"), [("x" * 10, "y" * 10)])),
        ("rows", Rows(("t",), [("x" * 21,), ("y",)])),
        ("at_least", ROWS),
    ],
)
def test_what_cannot_be_cut_is_refused(name: str, rows: Rows) -> None:
    """A value that would be another one when cut must not be sent at all."""
    result = call(name, rows, 20)

    assert result["isError"] is True
    assert "too large" in result["content"][0]["text"]
    assert "max_bytes" in result["content"][0]["text"]
    assert "structuredContent" not in result
