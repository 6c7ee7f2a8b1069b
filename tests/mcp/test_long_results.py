"""Tests of results that are too long to be held: they are what a short result would be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Resource, Tool
from mxcp_flask.endpoints.shaping import shape
from mxcp_flask.endpoints.types import output_schema
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.mcp import HttpMessage, LongAnswer, McpServer
from mxcp_flask.mcp.revisions import REVISIONS
from mxcp_flask.mcp.tool_forms import answered
from mxcp_flask.records import ANONYMOUS
from tests.endpoints.test_results_from_duckdb import VALUES
from tests.mcp.client import ANYBODY, MODERN, Client, request
from tests.mcp.fakes import tool

COUNT = 2_500  # rows, more than are held, and no multiple of the pieces
MANY = f"FROM range({COUNT}) t(i)"
MIXED = f"""
    SELECT i, 'row "' || i || '" \\ é' AS text, CASE WHEN i % 3 > 0 THEN i / 7 END AS share, i::DECIMAL(9, 2) AS price,
    DATE '2024-01-01' + i::INTEGER AS day, [i, NULL] AS list, {{'a': i}} AS one, 1 AS i {MANY}
"""
ROW = {"type": "object", "properties": {"i": {"type": "integer", "maximum": 1999}}}
NESTED = {"type": "object", "properties": {"v": {"type": "object"}}}
ALL = 100_000_000  # bytes
TYPES = [expression for expression, _, _ in VALUES]

Serve = Callable[..., Client]


def listing(name: str, sql: str, items: dict[str, Any] | None = None, **more: Any) -> Tool:
    """Return a tool that declares a list of ``items``."""
    returns = {"type": "array", **({"items": items} if items else {}), **more}
    return tool(name, sql=sql, returns=returns, output_schema=output_schema(returns))


TOOLS = {
    each.name: each
    for each in (
        tool("mixed", sql=MIXED),
        listing("declared", MIXED, {"type": "object"}),
        listing("numbers", f"SELECT i {MANY}", {"type": "integer"}),
        listing("texts", f"SELECT '[1]'::JSON AS v {MANY}", {"type": "array"}),
        listing(
            "nested",
            f"SELECT '{{\"a\": 1}}'::JSON AS v {MANY}",
            {"type": "object", "properties": {"v": {"type": "object"}}},
        ),
        listing("wide", "SELECT repeat('x', 5000) AS v FROM range(300)", {"type": "object"}),
        listing("unique", f"SELECT i {MANY}", {"type": "integer"}, uniqueItems=True),
        listing("few", f"SELECT i {MANY}", {"type": "integer"}, maxItems=COUNT - 1),
        listing("enough", f"SELECT i {MANY}", {"type": "integer"}, minItems=COUNT),
        listing("wrong", f"SELECT i {MANY}", ROW),
        listing("writes", f"CREATE OR REPLACE TABLE kept AS SELECT 1 AS n; SELECT i {MANY}", ROW),
        tool("failing", sql=f"SELECT CASE WHEN i = 2300 THEN error('on its way') ELSE i END AS i {MANY}"),
        tool("steps", sql=f"CREATE TEMP TABLE x AS SELECT 1; SELECT i {MANY}"),
    )
}
GOOD = ["mixed", "declared", "numbers", "texts", "nested", "wide", "unique", "enough"]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Return what makes a client of a server with limits."""
    opened: list[Database] = []

    def make(max_rows: int = 1_000_000, max_bytes: int = ALL, catalogue: Catalogue | None = None) -> Client:
        settings = DatabaseSettings(tmp_path / f"{len(opened)}.duckdb", max_rows=max_rows, max_bytes=max_bytes)
        opened.append(Database(settings))
        catalogue = catalogue or Catalogue(tools=TOOLS)
        return Client(McpServer(catalogue, opened[-1], name="shop", version="1", max_bytes=max_bytes))

    yield make
    for database in opened:
        database.close()


def held(client: Client, name: str, max_bytes: int = ALL, version: str = MODERN) -> dict[str, Any]:
    """Return the result of a tool when all its rows are held."""
    with client.server._service.database.session(ANONYMOUS) as session:
        rows = session.run(TOOLS[name].sql, {})
    assert not rows.poured
    return answered(TOOLS[name], rows, REVISIONS[version], max_bytes)


def call(client: Client, name: str, version: str = MODERN) -> Any:
    """Return the result of a call, without what every modern result has."""
    result = client.call(version, "tools/call", {"name": name}).json["result"]
    meta = {key: value for key, value in result.pop("_meta", {}).items() if key.startswith("mxcp/")}
    result.pop("resultType", None)
    return {**result, **({"_meta": meta} if meta else {})}


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize("name", GOOD)
def test_a_long_result_is_what_it_would_be(serve: Serve, name: str, version: str) -> None:
    """To the letter, text and structured content must be those of rows that are held."""
    client = serve()

    assert call(client, name, version) == held(client, name, version=version)


@pytest.mark.parametrize("max_bytes", [4_000_000, 150_000, 110_001])
@pytest.mark.parametrize("max_rows", [1_000_000, COUNT, COUNT - 1, 1_001, 1_000])
@pytest.mark.parametrize("name", ["declared", "wide"])
def test_it_is_cut_where_it_would_be(serve: Serve, name: str, max_rows: int, max_bytes: int) -> None:
    """Limits of rows and bytes must cut a long result after the same row, and say the same."""
    client = serve(max_rows, max_bytes)

    assert call(client, name) == held(client, name, max_bytes)


@pytest.mark.parametrize("name", ["few", "wrong", "writes"])
def test_what_is_not_as_declared_is_refused(serve: Serve, name: str) -> None:
    """A row, or a number of rows, that does not fit must be the same refusal, after which nothing is amiss."""
    client = serve()
    result = call(client, name)

    assert result["isError"] is True
    reason = "must have at most 2499 items" if name == "few" else "[2000].i: must be at most 1999 (got 2000)"
    assert reason in result["content"][0]["text"]
    assert call(client, "numbers")["isError"] is False


def test_what_was_written_before_stays(serve: Serve) -> None:
    """When the rows do not fit what is declared, the statements have still not failed."""
    client = serve()
    call(client, "writes")

    with client.server._service.database.session(ANONYMOUS) as session:
        assert session.run("FROM kept", {}).rows == [(1,)]


def test_too_few_rows_fit(serve: Serve) -> None:
    """A list that would not be as declared when it is cut must not be sent at all."""
    result = call(
        serve(max_bytes=110_000, catalogue=Catalogue(tools={"long": listing("long", MIXED, minItems=COUNT)})), "long"
    )

    assert result["isError"] is True
    assert "of its rows fit into 110000 bytes (max_bytes)" in result["content"][0]["text"]


@pytest.mark.parametrize("version", [MODERN, "2025-06-18"])
def test_an_error_on_its_way_is_the_answer(serve: Serve, version: str) -> None:
    """SQL that fails after thousands of rows must be a clean failure of the tool, without any of them."""
    result = call(serve(), "failing", version)

    assert result["isError"] is True
    assert "on its way" in result["content"][0]["text"]
    assert "structuredContent" not in result


@pytest.mark.parametrize("expression", TYPES)
def test_values_of_every_type(serve: Serve, expression: str) -> None:
    """Each type of DuckDB must become the same JSON as in a short result."""
    long = tool("long", sql=f"SELECT {expression} AS v, i {MANY}")
    client = serve(catalogue=Catalogue(tools={"long": long}))
    with client.server._service.database.session(ANONYMOUS) as session:
        rows = session.run(long.sql, {})

    assert json.loads(call(client, "long")["content"][0]["text"]) == shape(long, rows.columns, rows.rows)


def test_it_is_the_last_event_of_a_stream(serve: Serve) -> None:
    """A call that tells what it does must end with the long result."""
    client = serve()
    body = request("tools/call", {"name": "steps", "_meta": {"progressToken": 1}})
    answer = client.post(body, {"mcp-protocol-version": "2025-06-18", "accept": "text/event-stream"})

    assert answer.told
    assert len(json.loads(answer.json["result"]["content"][0]["text"])) == COUNT


def test_it_is_part_of_a_batch(serve: Serve) -> None:
    """Of several calls in one array, each must be answered in its place."""
    client = serve()
    calls = [request("tools/call", {"name": name}, name) for name in ("numbers", "mixed")]
    answers = client.post([*calls, request("ping", None, "p")], {"mcp-protocol-version": "2025-03-26"}).json

    assert [each["id"] for each in answers] == ["numbers", "mixed", "p"]
    assert json.loads(answers[0]["result"]["content"][0]["text"]) == list(range(COUNT))


@pytest.mark.parametrize("max_rows", [1_000_000, 2_000])
@pytest.mark.parametrize("max_bytes", [ALL, 110_000])
def test_a_long_resource(serve: Serve, max_rows: int, max_bytes: int) -> None:
    """A resource must come whole, or say which limit keeps it from that."""
    orders = Resource(name="orders", uri="shop://orders", path=Path("orders.yml"), sql=MIXED)
    client = serve(max_rows, max_bytes, Catalogue(tools={}, resources={"shop://orders": orders}))
    answer = client.modern("resources/read", {"uri": "shop://orders"}).json

    if (max_rows, max_bytes) == (1_000_000, ALL):
        [contents] = answer["result"]["contents"]
        assert contents["mimeType"] == "application/json"
        assert len(json.loads(contents["text"])) == COUNT
    else:
        assert ("max_bytes" if max_bytes < ALL else "more than 2000 rows (max_rows)") in answer["error"]["message"]


def test_nothing_long_is_left_open(serve: Serve) -> None:
    """An answer that nobody reads must let go of its file when it is closed."""
    client = serve()
    message = json.dumps(request("tools/call", {"name": "wide"})).encode()
    body = client.server.answer(HttpMessage({"mcp-protocol-version": "2025-06-18"}, message), ANYBODY).body
    assert isinstance(body, LongAnswer)
    body.close()

    with pytest.raises(ValueError, match="closed"):
        next(part for part in body if b"xxx" in part)
