"""Tests of resources, completion, content and bounds with the real database."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Parameter, Prompt
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.revisions import REVISIONS
from mxcp_flask.records import Identity
from tests.mcp.client import Client
from tests.mcp.fakes import arguments_schema, tool
from tests.mcp.nouns import resource

every_revision = pytest.mark.parametrize("version", REVISIONS)
DAY = {"type": "string", "format": "date"}
NAME = {"type": "string"}
CONTENT = """
SELECT 'text' AS type, 'Hello ' || get_username() AS text, NULL::BLOB AS data, NULL AS mime_type, NULL AS uri
UNION ALL SELECT 'image', NULL, '\\x89PNG'::BLOB, 'image/png', NULL
UNION ALL SELECT 'resource', 'Seven', NULL, 'text/plain', 'shop://orders/7'
"""
PARAMETER = Parameter("name", NAME, completion="SELECT name FROM (VALUES ('Ada'), ('Bo')) t(name) WHERE name ^@ $value")
RESOURCES = (
    resource("shop://whoami", sql="SELECT get_username()"),
    resource("shop://logo", sql="SELECT '\\x89PNG'::BLOB", mime_type="image/png"),
    resource("shop://many", sql="SELECT i FROM range(50) t(i)"),
    resource("shop://nowhere", sql="FROM nowhere"),
    resource(
        "shop://days/{day}/{name}",
        sql="SELECT $day + 1 AS next, $name AS name",
        returns={"type": "object"},
        parameters=(Parameter("day", DAY), PARAMETER),
        input_schema=arguments_schema(day=DAY, name=NAME),
    ),
)
TOOLS = (tool("show", sql=CONTENT, content=True), tool("many", sql="SELECT i FROM range(50) t(i)"))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """Return a client of a server whose results may have 200 bytes."""
    database = Database(DatabaseSettings(path=tmp_path / "data.duckdb"))
    prompts = {"greet": Prompt(name="greet", path=tmp_path, messages=(), parameters=(PARAMETER,))}
    catalogue = Catalogue({each.name: each for each in TOOLS}, {each.uri: each for each in RESOURCES}, prompts)
    server = McpServer(catalogue, database, name="shop", version="1", max_bytes=200)
    yield Client(server, Caller(Identity(username="alice", provider="github"), scopes=None))
    database.close()


def ask(client: Client, version: str, method: str, params: dict[str, Any]) -> Any:
    """Return the result, which is of the official type."""
    result = client.call(version, method, params).json["result"]
    validate_server_result(method, version, result)
    return result


@every_revision
@pytest.mark.parametrize(
    ("rest", "contents"),
    [
        ("whoami", {"mimeType": "text/plain", "text": "alice"}),
        ("logo", {"mimeType": "image/png", "blob": base64.b64encode(b"\x89PNG").decode()}),
        (
            "days/2026-02-28/B%C3%B8",
            {"mimeType": "application/json", "text": '{"next":"2026-03-01","name":"Bø"}'},
        ),
    ],
)
def test_resources_are_read_as_the_caller(client: Client, version: str, rest: str, contents: dict[str, str]) -> None:
    """Texts, BLOBs and rows must arrive, with the variables of the URI as values of their types."""
    uri = f"shop://{rest}"

    assert ask(client, version, "resources/read", {"uri": uri})["contents"] == [{"uri": uri, **contents}]


@every_revision
@pytest.mark.parametrize(
    ("rest", "code", "text"),
    [("nowhere", -32603, "nowhere"), ("many", -32603, "max_bytes"), ("days/today/x", -32602, "day")],
)
def test_failures_say_why(client: Client, version: str, rest: str, code: int, text: str) -> None:
    """The error must name the table, the limit or the argument."""
    answer = client.call(version, "resources/read", {"uri": f"shop://{rest}"})

    assert answer.outcome[1] == code
    assert text in answer.json["error"]["message"]


@every_revision
def test_rows_become_content(client: Client, version: str) -> None:
    """The caller's name and BLOBs must come out as blocks."""
    text, image, embedded = ask(client, version, "tools/call", {"name": "show"})["content"]

    assert text == {"type": "text", "text": "Hello alice"}
    assert base64.b64decode(image["data"]) == b"\x89PNG"
    assert embedded["resource"]["uri"] == "shop://orders/7"


@every_revision
def test_a_long_list_is_cut(client: Client, version: str) -> None:
    """The model must get the first rows and be told."""
    result = ask(client, version, "tools/call", {"name": "many"})
    shown = json.loads(result["content"][0]["text"])

    assert shown == [{"i": number} for number in range(len(shown))]
    assert result["_meta"]["mxcp/cut"] == {"rows": len(shown), "limit": "max_bytes"}
    assert result["isError"] is False


@every_revision
@pytest.mark.parametrize(
    "ref", [{"type": "ref/prompt", "name": "greet"}, {"type": "ref/resource", "uri": "shop://days/{day}/{name}"}]
)
def test_sql_completes(client: Client, version: str, ref: dict[str, str]) -> None:
    """The values of the SQL must be those for what was typed."""
    for typed, values in (("", ["Ada", "Bo"]), ("A", ["Ada"]), ("'; --", [])):
        params = {"ref": ref, "argument": {"name": "name", "value": typed}}
        assert ask(client, version, "completion/complete", params)["completion"]["values"] == values
