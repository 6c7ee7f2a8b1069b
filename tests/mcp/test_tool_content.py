"""Tests of tools whose rows are content blocks."""

from __future__ import annotations

from typing import Any, cast

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database, Rows
from mxcp_flask.mcp import McpServer
from mxcp_flask.mcp.revisions import REVISIONS
from tests.mcp.client import Client
from tests.mcp.fakes import FakeDatabase, tool

COLUMNS = ("type", "text", "data", "mime_type", "uri", "name")
TEXT = ("text", "Look:", None, None, None, None)
IMAGE = ("image", None, b"\0\1", "image/png", None, None)
AUDIO = ("audio", None, b"\0\1", "audio/wav", None, None)
EMBEDDED = ("resource", "Seven", None, "text/plain", "shop://orders/7", None)
LINK = ("resource_link", None, None, None, "shop://orders/7", "Seven")


def call(version: str, rows: Rows, max_bytes: int = 1_000) -> Any:
    """Return the result of a tool whose rows are content."""
    catalogue = Catalogue(tools={"show": tool("show", content=True)})
    database = cast(Database, FakeDatabase(rows))
    server = McpServer(catalogue, database, name="shop", version="1", max_bytes=max_bytes)
    result = Client(server).call(version, "tools/call", {"name": "show"}).json["result"]
    validate_server_result("tools/call", version, result)
    return result


@pytest.mark.parametrize("version", REVISIONS)
def test_rows_become_content(version: str) -> None:
    """Each row must be one block, in order, of a type that the revision has, and nothing structured beside it."""
    result = call(version, Rows(COLUMNS, [TEXT, IMAGE, AUDIO, EMBEDDED, LINK]))
    revision = REVISIONS[version]

    assert result["isError"] is False
    assert "structuredContent" not in result
    text, image, audio, embedded, link = result["content"]
    assert text == {"type": "text", "text": "Look:"}
    assert image == {"type": "image", "data": "AAE=", "mimeType": "image/png"}
    assert embedded["resource"] == {"uri": "shop://orders/7", "mimeType": "text/plain", "text": "Seven"}
    assert audio["type"] == ("audio" if revision.audio else "text")
    assert link["type"] == ("resource_link" if revision.links else "text")
    assert "shop://orders/7" in str(link)


def test_no_rows_are_no_content() -> None:
    """A tool with nothing to show must say so with an empty list."""
    assert call("2026-07-28", Rows(COLUMNS, []))["content"] == []


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (Rows(COLUMNS, [("text", "x" * 1_001, None, None, None, None)]), "max_bytes"),
        (Rows(COLUMNS, [TEXT], cut=True), "max_rows"),
        (Rows(("type", "text"), [("song", "la")]), "column type"),
        (Rows(("text",), [("la",)]), "column type"),
    ],
)
@pytest.mark.parametrize("version", REVISIONS)
def test_what_is_no_content_or_too_much_is_the_models_to_correct(version: str, rows: Rows, text: str) -> None:
    """A part must not pose as the whole, and a faulty row must be named."""
    result = call(version, rows)

    assert result["isError"] is True
    assert text in result["content"][0]["text"]
