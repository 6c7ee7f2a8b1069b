"""Tests of mxcp_flask.mcp.completion."""

from __future__ import annotations

from typing import Any

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.engine import Rows
from mxcp_flask.errors import ScopeMissing, SqlFailed
from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.revisions import REVISIONS
from tests.mcp.client import ALICE, Client
from tests.mcp.fakes import FakeDatabase

every_revision = pytest.mark.parametrize("version", REVISIONS)
GREET = {"type": "ref/prompt", "name": "greet"}
ORDER = {"type": "ref/resource", "uri": "shop://orders/{id}"}
NONE = Rows(("v",), [])


def complete(client: Client, ref: Any, name: str, typed: str, version: str = "2026-07-28", **more: Any) -> Any:
    """Return the completion of an argument."""
    params = {"ref": ref, "argument": {"name": name, "value": typed}, **more}
    result = client.call(version, "completion/complete", params).json["result"]
    validate_server_result("completion/complete", version, result)
    return result["completion"]


@every_revision
@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("", ["Ada", "Alan", "Bo", "Canada"]),
        ("a", ["Ada", "Alan", "Canada"]),
        ("AD", ["Ada", "Canada"]),
        ("n", ["Alan", "Canada"]),
        ("x", []),
    ],
)
def test_an_enum_completes(full: Client, database: FakeDatabase, version: str, typed: str, values: list[str]) -> None:
    """What begins with the text must come first, whatever its case, then what contains it; no SQL runs for that."""
    completion = complete(full, GREET, "who", typed, version)

    assert completion == {"values": values, "total": len(values), "hasMore": False}
    assert database.calls == []


def test_examples_come_before_what_the_sql_finds(full: Client, database: FakeDatabase) -> None:
    """Values of all types must be texts, each once, in the order of the file and then of the SQL."""
    database.answer = Rows(("v",), [(20,), (2,), (None,), (0.5,)])

    assert complete(full, GREET, "times", "2")["values"] == ["2", "12", "20", "0.5"]


def test_the_sql_knows_what_was_typed_and_the_other_arguments(full: Client, database: FakeDatabase) -> None:
    """The text must be $value, and the other parameters those that the client already has, or null."""
    database.answer = NONE
    complete(full, GREET, "times", "1", context={"arguments": {"who": "Ada", "times": "x", "stray": "y"}})
    complete(full, ORDER, "id", "7")

    assert database.calls == [
        (ALICE, "SELECT $who || $value", {"who": "Ada", "times": None, "value": "1"}),
        (ALICE, "SELECT id FROM orders WHERE id LIKE $value", {"id": None, "value": "7"}),
    ]
    assert database.open_sessions == 0


@pytest.mark.parametrize(
    ("rows", "cut", "expected"),
    [(100, False, (100, False, 100)), (101, False, (100, True, 101)), (5, True, (5, True, None))],
)
def test_a_hundred_values_at_most(
    full: Client, database: FakeDatabase, rows: int, cut: bool, expected: tuple[int, bool, int | None]
) -> None:
    """The protocol's limit must hold, and the rest be counted where it is known."""
    database.answer = Rows(("id",), [(number,) for number in range(rows)], cut=cut)
    completion = complete(full, ORDER, "id", "")

    assert (len(completion["values"]), completion["hasMore"], completion.get("total")) == expected


@pytest.mark.parametrize("context", [None, {}, [], {"arguments": None}, {"arguments": []}, "x"])
def test_a_context_may_be_missing(full: Client, database: FakeDatabase, context: Any) -> None:
    """An odd context must be taken for an empty one."""
    database.answer = NONE

    assert complete(full, GREET, "times", "2", "2025-11-25", context=context)["values"] == ["2", "12"]


@every_revision
@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({}, "'ref'"),
        ({"ref": None}, "'ref'"),
        ({"ref": {"type": "ref/prompt"}}, "'ref'"),
        ({"ref": {"type": [], "name": "greet"}}, "'ref'"),
        ({"ref": {"type": "ref/prompt", "name": ["greet"]}}, "'ref'"),
        ({"ref": {"type": "ref/tool", "name": "orders"}}, "'ref'"),
        ({"ref": {"type": "ref/prompt", "name": "orders"}}, "'ref'"),
        ({"ref": {"type": "ref/resource", "uri": "shop://nothing"}}, "'ref'"),
        ({"ref": GREET}, "'argument'"),
        ({"ref": GREET, "argument": {"name": "who"}}, "'argument'"),
        ({"ref": GREET, "argument": {"name": "who", "value": 5}}, "'argument'"),
        ({"ref": GREET, "argument": {"name": "whom", "value": ""}}, "known: who, times"),
        ({"ref": {"type": "ref/resource", "uri": "shop://about"}, "argument": {"name": "x", "value": ""}}, "none"),
        (
            {
                "ref": GREET,
                "argument": {"name": "times", "value": ""},
                "context": {"arguments": {"who": "Eve"}},
            },
            "who",
        ),
    ],
)
def test_what_cannot_be_completed_is_refused(full: Client, version: str, params: Any, text: str) -> None:
    """The message must say which member is at fault."""
    answer = full.call(version, "completion/complete", params)

    assert answer.outcome == ((400, -32602) if version == "2026-07-28" else (200, -32602))
    assert text in answer.json["error"]["message"]


@pytest.mark.parametrize(
    "ref", [{"type": "ref/prompt", "name": "administer"}, {"type": "ref/resource", "uri": "shop://orders/{id}/notes"}]
)
def test_completing_needs_the_scopes_too(full_server: McpServer, database: FakeDatabase, ref: Any) -> None:
    """Values of what the caller may not use must not be shown."""
    client = Client(full_server, Caller(ALICE, frozenset()))

    with pytest.raises(ScopeMissing):
        client.modern("completion/complete", {"ref": ref, "argument": {"name": "id", "value": ""}})
    assert database.calls == []


def test_sql_that_fails_says_why(full: Client, database: FakeDatabase) -> None:
    """Whoever wrote the file must be able to see what is wrong with it."""
    database.answer = SqlFailed(reason="no such table: orders")
    answer = full.modern("completion/complete", {"ref": ORDER, "argument": {"name": "id", "value": ""}})

    assert answer.outcome == (200, -32603)
    assert "no such table" in answer.json["error"]["message"]


def test_the_log_names_what_is_completed(full: Client) -> None:
    """The prompt or template is logged, and not what was typed."""
    params = {"argument": {"name": "who", "value": "secret"}}

    assert full.legacy("completion/complete", {"ref": GREET, **params}).reply.name == "greet"
    assert full.legacy("completion/complete", {"ref": ORDER, **params}).reply.name == "shop://orders/{id}"
    assert full.legacy("completion/complete", {"ref": {"type": "ref/prompt", "name": "x"}}).reply.name is None
