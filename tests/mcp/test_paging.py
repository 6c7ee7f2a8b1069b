"""Tests of mxcp_flask.mcp.paging."""

from __future__ import annotations

import base64
from typing import Any, cast

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.paging import cursor
from mxcp_flask.mcp.revisions import REVISIONS
from tests.mcp.client import ALICE, Client, request
from tests.mcp.fakes import FakeDatabase, tool

NAMES = ["a", "b-secret", "c", "d", "e-secret"]


def client_of(names: list[str], page_size: int, scopes: frozenset[str] | None = frozenset()) -> Client:
    """Return a client of a server of tools, some of which need a scope."""
    tools = {name: tool(name, required_scopes=("secrets",) if "secret" in name else ()) for name in names}
    database = cast(Database, FakeDatabase())
    server = McpServer(Catalogue(tools=tools), database, name="shop", version="1", page_size=page_size)
    return Client(server, Caller(ALICE, scopes))


def pages(client: Client, version: str) -> list[list[str]]:
    """Return the names on all pages."""
    found, more = list[list[str]](), dict[str, Any]()
    while True:
        result = client.call(version, "tools/list", more).json["result"]
        validate_server_result("tools/list", version, result)
        found.append([entry["name"] for entry in result["tools"]])
        if "nextCursor" not in result:
            return found
        more = {"cursor": result["nextCursor"]}


@pytest.mark.parametrize("version", REVISIONS)
@pytest.mark.parametrize(
    ("size", "scopes", "expected"),
    [
        (2, None, [["a", "b-secret"], ["c", "d"], ["e-secret"]]),
        (2, frozenset(), [["a", "c"], ["d"]]),
        (1, frozenset({"secrets"}), [[name] for name in NAMES]),
        (3, frozenset(), [["a", "c", "d"]]),
        (500, None, [NAMES]),
    ],
)
def test_pages_show_everything_once(version: str, size: int, scopes: Any, expected: list[list[str]]) -> None:
    """Following the cursors must give each entry that the caller may see exactly once."""
    assert pages(client_of(NAMES, size, scopes), version) == expected


def test_a_cursor_outlives_a_change_of_the_files() -> None:
    """A reload that removes the last tool shown, and adds others, must neither repeat nor skip the rest."""
    more = client_of(NAMES, 2).modern("tools/list").json["result"]["nextCursor"]
    result = client_of(["a", "b", "d", "f"], 5).modern("tools/list", {"cursor": more}).json["result"]

    assert [entry["name"] for entry in result["tools"]] == ["d", "f"]


def test_a_cursor_shows_nothing_but_what_the_caller_may_see() -> None:
    """A cursor that another caller got, or that somebody made up, must only say where to go on."""
    result = client_of(NAMES, 5).modern("tools/list", {"cursor": cursor("tools", "b")}).json["result"]

    assert [entry["name"] for entry in result["tools"]] == ["c", "d"]


def test_a_cursor_behind_everything_gives_an_empty_page() -> None:
    """What was removed meanwhile must not turn a good cursor into an error."""
    assert client_of(NAMES, 5).modern("tools/list", {"cursor": cursor("tools", "z")}).json["result"]["tools"] == []


@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "abc",
        "é",
        "\0",
        5,
        [],
        {},
        True,
        "A" * 100_000,
        cursor("prompts", "a"),
        cursor("tools", "a") + "=",
        cursor("tools", "a") + "\n",
        base64.b64encode(b"\xff\xfe").decode(),
    ],
)
def test_what_is_no_cursor_is_refused(version: str, value: Any) -> None:
    """Only a cursor of the same list, letter by letter, must be taken."""
    answer = client_of(NAMES, 2).call(version, "tools/list", {"cursor": value})

    assert answer.outcome[1] == -32602
    assert "cursor" in answer.json["error"]["message"]


@pytest.mark.parametrize("version", REVISIONS)
def test_first_pages_are_kept_apart(version: str) -> None:
    """What is made once for callers with some scopes is shown to nobody with others, in whatever order they come."""
    client = client_of(NAMES, 500)
    callers = [Caller(ALICE, scopes) for scopes in (frozenset({"secrets", "x"}), frozenset({"x"}), None, frozenset())]
    seen = [pages(Client(client.server, caller), version) for caller in [*callers, *callers]]

    everything, public = [NAMES], [["a", "c", "d"]]
    assert seen == [everything, public, everything, public] * 2


def test_a_page_that_is_kept_is_answered_under_each_id() -> None:
    """Whoever asks gets the answer to their own request, the same but for its id, whatever that holds."""
    client = client_of(NAMES, 2)
    ids = [7, 8, 'a"b\\', "ü😀"]
    answers = [client.post(request("tools/list", {}, each), {"mcp-protocol-version": "2025-11-25"}) for each in ids]

    assert [answer.json["id"] for answer in answers] == ids
    assert [answer.json["result"] for answer in answers] == [answers[0].json["result"]] * 4
