"""Tests of every type, format and constraint: checked alone, and over MCP with DuckDB between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.endpoints.catalogue import load_catalogue
from mxcp_flask.endpoints.types import CONSTRAINTS
from mxcp_flask.engine import Database, DatabaseSettings, inspect_sql
from mxcp_flask.errors import ArgumentsInvalid
from mxcp_flask.mcp import McpServer
from tests.endpoints.helpers import make_tool
from tests.endpoints.type_matrix import MATRIX, Case, as_text
from tests.mcp.client import MODERN, Client

ERAS = (MODERN, "2025-06-18")
every_case = pytest.mark.parametrize("case", MATRIX, ids=lambda case: case.name)


def endpoint_file(case: Case) -> dict[str, Any]:
    """Return the content of a file whose tool takes the value and gives it back."""
    returns = {"type": "object", "properties": {"value": case.definition}}
    source = {"code": f"SELECT {case.sql} AS value"}
    parameters = [{"name": "value", **case.definition}]
    return {"mxcp": 1, "tool": {"name": case.name, "parameters": parameters, "return": returns, "source": source}}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return a client of a server with a tool for each case."""
    folder = tmp_path_factory.mktemp("matrix")
    for case in MATRIX:
        (folder / f"{case.name}.yml").write_text(json.dumps(endpoint_file(case)), encoding="utf-8")
    catalogue = load_catalogue(folder, inspect_sql=inspect_sql)
    assert (catalogue.faults, catalogue.warnings) == ((), ())
    database = Database(DatabaseSettings(path=folder / "data.duckdb"))
    yield Client(McpServer(catalogue, database, name="types", version="1"))
    database.close()


@every_case
def test_published_schemas(client: Client, case: Case) -> None:
    """What is published of each type is JSON Schema 2020-12, and the values that it takes and gives fit."""
    [entry] = [tool for tool in client.modern("tools/list").json["result"]["tools"] if tool["name"] == case.name]

    for schema in (entry["inputSchema"], entry["outputSchema"]):
        Draft202012Validator.check_schema(schema)
    result = client.modern("tools/call", {"name": case.name, "arguments": {"value": case.good}}).json["result"]
    Draft202012Validator(entry["outputSchema"]).validate(result["structuredContent"])


@pytest.mark.parametrize("era", ERAS)
@every_case
def test_good_value(client: Client, case: Case, era: str) -> None:
    """The good value goes through DuckDB and comes back, in both eras."""
    result = client.call(era, "tools/call", {"name": case.name, "arguments": {"value": case.good}}).json["result"]

    assert result["isError"] is False, result
    assert result["structuredContent"] == {"value": case.expected}


@pytest.mark.parametrize("era", ERAS)
@every_case
def test_bad_value(client: Client, case: Case, era: str) -> None:
    """The bad value is refused in both eras, by words that say what would be right."""
    result = client.call(era, "tools/call", {"name": case.name, "arguments": {"value": case.bad}}).json["result"]

    assert result["isError"] is True
    assert case.fragment in result["content"][0]["text"]


@every_case
def test_values_as_text(case: Case) -> None:
    """A value that comes as text, as on the command line, is judged like the value itself."""
    tool = make_tool({"name": "value", **case.definition})

    assert bind(tool, {"value": as_text(case.good)}) == bind(tool, {"value": case.good})
    if case.bad_as_text:
        with pytest.raises(ArgumentsInvalid):
            bind(tool, {"value": as_text(case.bad)})


def test_the_matrix_is_whole() -> None:
    """Every type has a case, and so has every format and every constraint of every type."""
    covered = {(c.definition["type"], key) for c in MATRIX for key in c.definition}

    assert covered >= {(kind, key) for kind, keys in CONSTRAINTS.items() for key in ("type", *keys)}
    assert {c.definition.get("format") for c in MATRIX} >= {"email", "uri", "date", "time", "date-time", "duration"}
