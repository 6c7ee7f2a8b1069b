"""Tests of the way from a message to DuckDB and back, with the real catalogue and database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp_types.methods import validate_server_result

from mxcp_flask.endpoints.catalogue import load_catalogue
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.revisions import REVISIONS
from mxcp_flask.records import Identity
from tests.mcp.client import Client

TOOLS = """
mxcp: 1
tool:
  name: {name}
  description: For a test
  parameters: [{{name: top, type: integer, default: 3, minimum: 1}}]
  return: {returns}
  source: {{code: "{sql}"}}
"""
CASES: dict[str, tuple[str, str, Any]] = {
    "numbers": (
        "{type: array, items: {type: object}}",
        "SELECT i FROM range($top) t(i)",
        [{"i": 0}, {"i": 1}, {"i": 2}],
    ),
    "names": ("{type: array, items: {type: string}}", "SELECT 'x' || $top", ["x3"]),
    "caller": ("{type: string}", "SELECT get_username() WHERE $top > 0", "alice"),
    "row": ("{type: object}", "SELECT DATE '2026-07-28' AS day, $top AS n", {"day": "2026-07-28", "n": 3}),
    "nothing": ("{type: integer}", "SELECT NULL WHERE $top > 0", None),
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """Return a client of a server of the tools in ``CASES`` and one that fails."""
    for name, (returns, sql, _) in {**CASES, "broken": ("{type: string}", "SELECT $top FROM nowhere", None)}.items():
        (tmp_path / f"{name}.yml").write_text(TOOLS.format(name=name, returns=returns, sql=sql))
    catalogue = load_catalogue(tmp_path)
    assert catalogue.faults == ()
    database = Database(DatabaseSettings(path=tmp_path / "data.duckdb"))
    server = McpServer(catalogue, database, name="shop", version="1")
    yield Client(server, Caller(Identity(username="alice", provider="github"), scopes=None))
    database.close()


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize("name", CASES)
def test_values_arrive_and_conform_to_what_is_listed(client: Client, version: str, name: str) -> None:
    """Each tool's result must be valid against its own entry in the list, in every revision."""
    listed = client.call(version, "tools/list").json["result"]
    [entry] = [tool for tool in listed["tools"] if tool["name"] == name]
    result = client.call(version, "tools/call", {"name": name}).json["result"]

    validate_server_result("tools/list", version, listed)
    validate_server_result("tools/call", version, result)
    assert result["isError"] is False
    if REVISIONS[version].structured != "none":
        value = CASES[name][2]
        as_is = version == "2026-07-28" or isinstance(value, dict)
        assert result["structuredContent"] == (value if as_is else {"result": value})
        Draft202012Validator(entry["outputSchema"]).validate(result["structuredContent"])


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [("numbers", {"top": 0}, "top"), ("numbers", {"nope": 1}, "nope"), ("broken", {}, "nowhere")],
)
def test_failures_tell_the_model_what_to_change(client: Client, name: str, arguments: Any, text: str) -> None:
    """The text must name the argument or the part of the SQL at fault."""
    result = client.modern("tools/call", {"name": name, "arguments": arguments}).json["result"]

    assert result["isError"] is True
    assert text in result["content"][0]["text"]


def test_a_database_that_cannot_be_opened_is_not_described(tmp_path: Path, client: Client) -> None:
    """The client must not learn where the database is."""
    missing = Database(DatabaseSettings(path=tmp_path / "missing.duckdb", readonly=True))
    server = McpServer(load_catalogue(tmp_path), missing, name="shop", version="1")
    answer = Client(server, client.caller).modern("tools/call", {"name": "row"})

    assert answer.outcome == (200, -32603)
    assert "missing" not in str(answer.json)
