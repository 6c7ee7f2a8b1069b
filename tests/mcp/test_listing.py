"""Tests of mxcp_flask.mcp.listing."""

from __future__ import annotations

from mxcp_flask.mcp.listing import listings
from mxcp_flask.mcp.revisions import REVISIONS
from tests.mcp.fakes import CATALOGUE


def test_every_revision_lists_every_tool_by_name() -> None:
    """The order must not depend on the files' order, and each entry must be its tool's."""
    made = listings(CATALOGUE)

    assert list(made) == list(REVISIONS)
    for lists in made.values():
        assert [entry["name"] for _, entry in lists["tools"]] == sorted(CATALOGUE.tools)
        assert all(tool.name == entry["name"] for tool, entry in lists["tools"])
