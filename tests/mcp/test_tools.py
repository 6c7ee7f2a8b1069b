"""Tests of mxcp_flask.mcp.tools."""

from __future__ import annotations

from typing import Any, cast

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.engine import Database, Rows
from mxcp_flask.errors import ScopeMissing, SqlFailed, StatementRefused
from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.revisions import REVISIONS
from tests.mcp.client import ALICE, Client
from tests.mcp.fakes import CATALOGUE, FakeDatabase

OPEN_TOOLS = ["execute_sql_query", "newest_order", "order_count", "orders"]

every_revision = pytest.mark.parametrize("version", REVISIONS)


def text_of(answer: Any) -> str:
    """Return the text of a tool's result that is an error."""
    result = answer.json["result"]
    assert result["isError"] is True
    assert "structuredContent" not in result
    return str(result["content"][0]["text"])


@every_revision
def test_tools_are_listed_by_name(client: Client, version: str) -> None:
    """Every revision must list all tools, in an order that does not change, and in a form that its schema knows."""
    result = client.call(version, "tools/list").json["result"]

    validate_server_result("tools/list", version, result)
    assert [tool["name"] for tool in result["tools"]] == ["delete_orders", *OPEN_TOOLS]


@pytest.mark.parametrize(
    ("scopes", "names"),
    [
        (frozenset(), OPEN_TOOLS),
        (frozenset({"shop:write"}), OPEN_TOOLS),
        (frozenset({"shop:write", "shop:admin"}), ["delete_orders", *OPEN_TOOLS]),
    ],
)
@every_revision
def test_tools_are_listed_to_those_who_may_call_them(
    server: McpServer, version: str, scopes: frozenset[str], names: list[str]
) -> None:
    """A tool must be withheld as long as one of its scopes is missing."""
    listed = Client(server, Caller(ALICE, scopes)).call(version, "tools/list").json["result"]["tools"]

    assert [tool["name"] for tool in listed] == names


@pytest.mark.parametrize(("private", "scope"), [(True, "private"), (False, "public")])
def test_a_modern_list_may_be_kept(database: FakeDatabase, private: bool, scope: str) -> None:
    """Lists that differ between callers must not be shared between them."""
    server = McpServer(CATALOGUE, cast(Database, database), name="shop", version="1", private=private)
    result = Client(server).modern("tools/list").json["result"]

    assert (result["ttlMs"], result["cacheScope"]) == (60_000, scope)
    assert "nextCursor" not in result


@pytest.mark.parametrize(
    ("version", "cursor", "outcome"),
    [
        ("2025-11-25", "abc", (200, -32602)),
        ("2025-11-25", "", (200, -32602)),
        ("2025-11-25", None, (200, None)),
        ("2026-07-28", "abc", (400, -32602)),
    ],
)
def test_a_cursor_is_never_valid(client: Client, version: str, cursor: str | None, outcome: tuple[int, int]) -> None:
    """There is one page, so that every cursor is made up."""
    assert client.call(version, "tools/list", {"cursor": cursor}).outcome == outcome


@every_revision
def test_a_call_runs_the_sql_as_the_caller(client: Client, database: FakeDatabase, version: str) -> None:
    """The tool's SQL must get the bound arguments and the identity of the request, in a session that ends."""
    result = client.call(version, "tools/call", {"name": "orders", "arguments": {"top": "9"}}).json["result"]

    validate_server_result("tools/call", version, result)
    assert database.calls == [(ALICE, "FROM orders", {"top": 9})]
    assert database.open_sessions == 0
    assert result["content"] == [{"type": "text", "text": '[{"id":1},{"id":2}]'}]


@pytest.mark.parametrize(
    ("name", "rows", "value"),
    [
        ("orders", Rows(("id",), [(1,)]), [{"id": 1}]),
        ("orders", Rows(("id",), []), []),
        ("order_count", Rows(("n",), [(3,)]), 3),
        ("order_count", Rows(("n",), [(None,)]), None),
        ("newest_order", Rows(("id", "note"), [(1, None)]), {"id": 1, "note": None}),
    ],
)
@every_revision
def test_every_shape_of_result_fits_every_revision(
    client: Client, database: FakeDatabase, version: str, name: str, rows: Rows, value: Any
) -> None:
    """Each value must arrive in the structured content as far as the revision has one."""
    database.answer = rows
    result = client.call(version, "tools/call", {"name": name}).json["result"]

    validate_server_result("tools/call", version, result)
    structured = result.get("structuredContent", "none")
    wrapped = value if isinstance(value, dict) else {"result": value}
    assert structured == {"any": value, "objects": wrapped, "none": "none"}[REVISIONS[version].structured]


@pytest.mark.parametrize("params", [{}, {"arguments": None}, {"arguments": {}}])
def test_arguments_may_be_left_out(client: Client, database: FakeDatabase, params: dict[str, Any]) -> None:
    """A call without arguments must run with the defaults."""
    client.modern("tools/call", {"name": "orders", **params})

    assert database.calls == [(ALICE, "FROM orders", {"top": 5})]


def test_a_statement_of_the_models_own_is_run_as_such(client: Client, database: FakeDatabase) -> None:
    """The built-in SQL tool must go through the check of single statements, not as an endpoint's SQL."""
    client.modern("tools/call", {"name": "execute_sql_query", "arguments": {"sql": "FROM orders"}})

    assert database.calls == [(ALICE, "single: FROM orders", {})]


@pytest.mark.parametrize("arguments", [{"top": 99}, {"top": "many"}, {"bottom": 1}, [1], "top=1"])
@every_revision
def test_invalid_arguments_are_the_models_to_correct(
    client: Client, database: FakeDatabase, version: str, arguments: Any
) -> None:
    """Faulty arguments must come back as a tool's result that says so, and run nothing."""
    answer = client.call(version, "tools/call", {"name": "orders", "arguments": arguments})

    validate_server_result("tools/call", version, answer.json["result"])
    assert answer.outcome == (200, None)
    assert text_of(answer).startswith("Invalid arguments: ")
    assert database.calls == []


@pytest.mark.parametrize(
    "error", [SqlFailed(reason="no such column: x"), StatementRefused(reason="only one statement")]
)
def test_failures_of_the_sql_are_the_models_to_correct(
    client: Client, database: FakeDatabase, error: SqlFailed | StatementRefused
) -> None:
    """What the database says about the SQL must reach the model, and the session must end."""
    database.answer = error

    assert text_of(client.modern("tools/call", {"name": "orders"})) == str(error)
    assert database.open_sessions == 0


def test_a_result_that_does_not_fit_is_a_tools_error(client: Client, database: FakeDatabase) -> None:
    """Two rows for one number must not be sent as a success."""
    database.answer = Rows(("n",), [(1,), (2,)])

    assert "declared return type" in text_of(client.modern("tools/call", {"name": "order_count"}))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"name": "nope"}, "Invalid params: unknown tool 'nope'."),
        ({"name": "x" * 1000}, f"Invalid params: unknown tool '{'x' * 128}'."),
        ({}, "Invalid params: 'name' must be a string."),
        ({"name": ["orders"]}, "Invalid params: 'name' must be a string."),
        ({"name": None}, "Invalid params: 'name' must be a string."),
    ],
)
def test_a_tool_that_does_not_exist_is_the_protocols_error(client: Client, params: Any, message: str) -> None:
    """The message must name what was asked for, within reason."""
    answer = client.legacy("tools/call", params)

    assert answer.outcome == (200, -32602)
    assert answer.json["error"]["message"] == message


def test_a_modern_call_of_an_unknown_tool_is_a_bad_request(client: Client) -> None:
    """The modern era must give the error an HTTP status."""
    assert client.modern("tools/call", {"name": "nope"}).outcome == (400, -32602)


@every_revision
def test_a_call_without_the_scopes_asks_for_them(server: McpServer, database: FakeDatabase, version: str) -> None:
    """The error must tell what is missing, and all that is needed, before anything runs."""
    client = Client(server, Caller(ALICE, frozenset({"shop:write"})))

    with pytest.raises(ScopeMissing) as caught:
        client.call(version, "tools/call", {"name": "delete_orders"})
    assert caught.value.facts == {"missing": "shop:admin", "needed": ("shop:write", "shop:admin")}
    assert database.calls == []


def test_a_call_with_the_scopes_runs(server: McpServer) -> None:
    """All scopes together must be enough."""
    client = Client(server, Caller(ALICE, frozenset({"shop:admin", "shop:write"})))

    assert client.modern("tools/call", {"name": "delete_orders"}).outcome == (200, None)
