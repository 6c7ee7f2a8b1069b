"""The official SDK's client, where a call has more to say than its result: questions, progress and log messages."""

from __future__ import annotations

from typing import Any, cast

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CreateMessageResult, ElicitResult, ListRootsResult, Root, TextContent
from pydantic import FileUrl

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.mcp import McpServer
from tests.mcp.asking import Clock, server
from tests.mcp.fakes import FakeDatabase, tool
from tests.mcp.test_official_client import edge

STEPS = tool("load", sql="DELETE FROM a; FROM a;", steps=("Emptied", "Read"))


async def fill_in(context: Any, params: Any) -> ElicitResult:  # noqa: ARG001
    """Answer as a person who agrees to everything."""
    return ElicitResult(action="accept", content={"sure": True, "why": "old", "word": "yes"})


async def sample(context: Any, params: Any) -> CreateMessageResult:  # noqa: ARG001
    """Answer as a model."""
    return CreateMessageResult(role="assistant", content=TextContent(type="text", text="Fine"), model="m")


async def roots(context: Any) -> ListRootsResult:  # noqa: ARG001
    """Answer as a client with one root."""
    return ListRootsResult(roots=[Root(uri=FileUrl("file:///a"))])


def talk(mcp_server: McpServer, conversation: Any, mode: Any = "2026-07-28", **options: Any) -> Any:
    """Return what ``conversation`` returns with a connected client that has ``options``."""

    async def run() -> Any:
        async with httpx2.AsyncClient(transport=edge(mcp_server)) as http:
            connection = streamable_http_client("http://shop.example/mcp", http_client=http)
            async with Client(connection, mode=mode, **options) as client:
                return await conversation(client)

    return anyio.run(run)


@pytest.mark.parametrize(
    ("name", "arguments", "names"),
    [("delete", {"table": "orders"}, {"table", "sure", "last"}), ("many", {}, {"sure", "words", "roots"})],
)
def test_the_client_answers_what_it_is_asked(
    database: FakeDatabase, name: str, arguments: dict[str, Any], names: set[str]
) -> None:
    """All rounds must pass through the client's own callbacks, and the SQL must run once."""

    async def call(client: Client) -> Any:
        return await client.call_tool(name, arguments)

    answers = {"elicitation_callback": fill_in, "sampling_callback": sample, "list_roots_callback": roots}
    result = talk(server(database, Clock()), call, **answers)

    assert not result.is_error
    [(_, _, values)] = database.calls
    assert values.keys() == names


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
def test_the_client_hears_of_progress(database: FakeDatabase, mode: str) -> None:
    """Each statement must reach the client's callback, before the result."""
    heard: list[Any] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    async def call(client: Client) -> Any:
        return await client.call_tool("load", {}, progress_callback=note)

    mcp_server = McpServer(Catalogue(tools={"load": STEPS}), cast(Database, database), name="shop", version="1")
    result = talk(mcp_server, call, mode)

    assert not result.is_error
    assert heard == [(1, 2, "Emptied"), (2, 2, "Read")]


def test_legacy_clients_hear_log_messages(database: FakeDatabase) -> None:
    """What each statement did must reach the client's callback."""
    heard: list[Any] = []

    async def note(params: Any) -> None:
        heard.append((params.level, params.logger, params.data))

    async def call(client: Client) -> Any:
        return await client.call_tool("load", {})

    mcp_server = McpServer(Catalogue(tools={"load": STEPS}), cast(Database, database), name="shop", version="1")
    talk(mcp_server, call, "legacy", logging_callback=note)

    assert heard == [("info", "load", "Emptied"), ("info", "load", "Read")]
