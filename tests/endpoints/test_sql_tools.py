"""The built-in SQL tools in a catalogue."""

from __future__ import annotations

from pathlib import Path

from jsonschema import Draft202012Validator

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.sql_tools import SQL_TOOLS, with_sql_tools
from tests.endpoints.helpers import load_text

NAMES = {"execute_sql_query", "list_tables", "get_table_schema"}


def test_three_tools_are_added() -> None:
    """They stand among the others by name, with schemas that clients can use, and say what they do to data."""
    catalogue = with_sql_tools(Catalogue(tools={}))

    assert set(catalogue.tools) == NAMES == set(SQL_TOOLS)
    assert list(catalogue.tools) == sorted(NAMES)
    for tool in catalogue.tools.values():
        Draft202012Validator.check_schema(tool.input_schema)
        assert tool.description
        assert tool.annotations["readOnlyHint"]


def test_models_that_may_write() -> None:
    """Where models may write, the query tool says so, and the other two still only read."""
    tools = with_sql_tools(Catalogue(tools={}), write=True).tools

    assert [name for name, tool in tools.items() if tool.annotations["destructiveHint"]] == ["execute_sql_query"]


def test_scopes_that_they_need() -> None:
    """A site may ask for a scope for all three."""
    catalogue = with_sql_tools(Catalogue(tools={}), ("mxcp:sql",))

    assert {tool.required_scopes for tool in catalogue.tools.values()} == {("mxcp:sql",)}


def test_name_of_a_projects_tool(tmp_path: Path) -> None:
    """A project's tool of the same name is a fault with the two ways out."""
    own = load_text(tmp_path, "mxcp: 1\ntool:\n  name: list_tables\n  source: {code: SELECT 1}\n")
    catalogue = with_sql_tools(own)

    assert [fault.path for fault in catalogue.faults] == [tmp_path / "tried.yml"]
    assert "sql_tools.enabled: false" in catalogue.faults[0].message
