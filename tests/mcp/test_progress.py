"""Tests of mxcp_flask.mcp.progress: what a call tells while its SQL runs."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, cast

import pytest

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Parameter, Tool
from mxcp_flask.engine import Database
from mxcp_flask.errors import DatabaseNotUsable, ScopeMissing, SqlFailed
from mxcp_flask.mcp import Caller, HttpMessage, McpServer
from tests.mcp.client import ALICE, META, Answer, Client, modern_headers, request
from tests.mcp.fakes import FakeDatabase, arguments_schema, tool

LEVEL = "io.modelcontextprotocol/logLevel"
BOTH = "application/json, text/event-stream"
TOP = {"type": "integer"}
LOAD = tool(
    "load",
    sql="DELETE FROM a; INSERT INTO a FROM b; FROM a;",
    steps=("Emptied", "Filled", "Read"),
    required_scopes=("shop:write",),
    parameters=(Parameter("top", TOP),),
    input_schema=arguments_schema(top=TOP),
)
QUIET = tool("quiet", sql="DELETE FROM a; FROM a;")
SINGLE = tool("single", sql="FROM a;")
TOOLS: dict[str, Tool] = {each.name: each for each in (LOAD, QUIET, SINGLE)}
STEPS = [(1, "Emptied"), (2, "Filled"), (3, "Read")]
PROGRESS = [{"progressToken": "p", "progress": done, "total": 3, "message": text} for done, text in STEPS]
MESSAGES = [{"level": "info", "logger": "load", "data": text} for _, text in STEPS]


@pytest.fixture
def database() -> FakeDatabase:
    """Return a database that answers with two orders."""
    return FakeDatabase()


@pytest.fixture
def client(database: FakeDatabase) -> Client:
    """Return a client of a server whose tools have several statements."""
    return Client(McpServer(Catalogue(tools=TOOLS), cast(Database, database), name="shop", version="1"))


def modern(client: Client, name: str = "load", accept: str | None = BOTH, **meta: Any) -> Answer:
    """Call a tool of revision 2026-07-28 with ``meta``."""
    arguments = {"top": 3} if name == "load" else {}
    return client.modern("tools/call", {"name": name, "arguments": arguments, "_meta": {**META, **meta}}, accept=accept)


def legacy(client: Client, name: str = "load", **meta: Any) -> Answer:
    """Call a tool of revision 2025-11-25 with ``meta``."""
    params = {"name": name, "arguments": {"top": 3} if name == "load" else {}, "_meta": meta}
    return client.post(request("tools/call", params), {"mcp-protocol-version": "2025-11-25", "accept": BOTH})


def told(answer: Answer, method: str) -> list[Any]:
    """Return the params of the notifications ``method`` in an answer."""
    return [note["params"] for note in answer.told if note["method"] == f"notifications/{method}"]


def test_progress_is_told_after_each_statement(client: Client) -> None:
    """Who gives a token must get one notification a statement, and then the result."""
    for answer in (modern(client, progressToken="p"), legacy(client, progressToken="p")):
        assert told(answer, "progress") == PROGRESS
        assert answer.json["result"]["content"][0]["text"] == '[{"id":1},{"id":2}]'
        assert (answer.reply.status, answer.reply.name) == (200, "load")


@pytest.mark.parametrize(
    ("level", "expected"),
    [("debug", MESSAGES), ("info", MESSAGES), ("notice", []), ("error", []), ("loud", []), (7, []), ([], [])],
)
def test_messages_need_a_level_that_admits_them(client: Client, level: Any, expected: list[Any]) -> None:
    """A modern client must get log messages at the level it asks for, and none otherwise."""
    answer = modern(client, **{LEVEL: level})

    assert told(answer, "message") == expected
    assert (answer.reply.stream is None) == (not expected)


def test_legacy_clients_get_messages_always(client: Client) -> None:
    """A server without sessions cannot know the level, so that its few messages must always come."""
    assert told(legacy(client), "message") == MESSAGES


@pytest.mark.parametrize(
    "accept", [None, "application/json", "*/*", "text/event-stream;q=0", "text/event-streams", "text/event-stream; q=0"]
)
def test_events_are_for_those_who_read_them(client: Client, accept: str | None) -> None:
    """Without text/event-stream among what is accepted, the answer must be JSON."""
    answer = modern(client, accept=accept, progressToken="p")

    assert answer.reply.stream is None
    assert not answer.json["result"]["isError"]


@pytest.mark.parametrize(("name", "token"), [("quiet", None), ("single", "p"), ("load", None), ("load", True)])
def test_with_nothing_to_tell_the_answer_is_json(client: Client, name: str, token: Any) -> None:
    """One statement, or nobody who wants to know, needs no stream."""
    assert modern(client, name, progressToken=token).reply.stream is None


def test_statements_without_words_are_counted(client: Client) -> None:
    """Progress must come without ``steps`` too, and zero is a token."""
    assert told(modern(client, "quiet", progressToken=0), "progress") == [
        {"progressToken": 0, "progress": 1, "total": 2},
        {"progressToken": 0, "progress": 2, "total": 2},
    ]


def test_a_batch_is_one_answer(client: Client) -> None:
    """Requests in an array must be answered in an array, and not in parts."""
    call = request("tools/call", {"name": "quiet", "_meta": {"progressToken": "p"}})

    answer = client.post([call], {"mcp-protocol-version": "2025-03-26", "accept": BOTH})

    assert len(answer.json) == 1


def test_refusals_keep_their_status(client: Client) -> None:
    """Missing scopes, wrong arguments and bad headers must be answered before anything is streamed."""
    stranger = Client(client.server, Caller(ALICE, frozenset()))
    with pytest.raises(ScopeMissing):
        modern(stranger, progressToken="p")
    wrong = client.modern(
        "tools/call", {"name": "load", "arguments": {"top": "x"}, "_meta": {**META, "progressToken": "p"}}, accept=BOTH
    )
    assert (wrong.reply.stream, wrong.json["result"]["isError"]) == (None, True)
    assert client.modern("tools/call", {"name": "load"}, accept=BOTH, mcp_name="quiet").outcome == (400, -32020)


@pytest.mark.parametrize(
    ("failure", "code"), [(SqlFailed(reason="no table a"), None), (DatabaseNotUsable(path="x", reason="y"), -32603)]
)
def test_failures_are_answered_in_the_stream(
    client: Client, database: FakeDatabase, failure: Exception, code: int | None
) -> None:
    """SQL that fails must be a result for the model, and what nobody could foresee an error."""
    database.answer = failure

    answer = modern(client, progressToken="p")

    assert len(told(answer, "progress")) == 3
    assert answer.outcome == (200, code)
    assert code or answer.json["result"]["content"][0]["text"] == "no table a"


def test_a_client_that_goes_away_ends_the_session(client: Client, database: FakeDatabase) -> None:
    """A stream that is closed must not leave a session behind."""
    params = {"name": "load", "arguments": {"top": 1}, "_meta": {**META, "progressToken": "p"}}
    headers = modern_headers("tools/call", params, {"accept": BOTH})
    stream = client.server.answer(HttpMessage(headers, _body(params)), client.caller).stream
    assert isinstance(stream, Generator)
    next(stream)
    assert database.open_sessions == 1

    stream.close()

    assert (database.open_sessions, database.calls) == (0, [])


def _body(params: Any) -> bytes:
    import json

    return json.dumps(request("tools/call", params)).encode()
