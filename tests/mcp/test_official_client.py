"""The official SDK's client against an McpServer, with HTTP between them but no socket."""

from __future__ import annotations

from typing import Any, Literal

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from mxcp_flask.engine import Rows
from mxcp_flask.mcp import HttpMessage, McpServer
from tests.mcp.client import ANYBODY
from tests.mcp.fakes import CATALOGUE, FakeDatabase

Mode = Literal["auto", "legacy", "2026-07-28"]

every_mode = pytest.mark.parametrize(
    ("mode", "revision"), [("legacy", "2025-11-25"), ("auto", "2026-07-28"), ("2026-07-28", "2026-07-28")]
)


def edge(server: McpServer) -> httpx2.MockTransport:
    """Return what the web edge is to the server, reduced to POST."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method != "POST":
            return httpx2.Response(405)
        reply = server.answer(HttpMessage(dict(request.headers), request.content), ANYBODY)
        headers = {"content-type": "application/json"} if reply.body is not None else {}
        return httpx2.Response(reply.status, content=reply.body or b"", headers=headers)

    return httpx2.MockTransport(answer)


def talk(server: McpServer, mode: Mode, conversation: Any) -> Any:
    """Return what ``conversation`` returns with a connected client."""

    async def run() -> Any:
        async with httpx2.AsyncClient(transport=edge(server)) as http:
            connection = streamable_http_client("http://shop.example/mcp", http_client=http)
            async with Client(connection, mode=mode) as client:
                return await conversation(client)

    return anyio.run(run)


@every_mode
def test_the_client_meets_the_server(server: McpServer, mode: Mode, revision: str) -> None:
    """A client of either era must agree with the server on a revision, and find its tools."""

    async def meet(client: Client) -> Any:
        return client.protocol_version, (await client.list_tools()).tools

    version, tools = talk(server, mode, meet)

    assert version == revision
    assert [tool.name for tool in tools] == sorted(CATALOGUE.tools)


@every_mode
@pytest.mark.parametrize(
    ("name", "rows", "value"),
    [
        ("orders", Rows(("id",), [(1,), (2,)]), [{"id": 1}, {"id": 2}]),
        ("order_count", Rows(("n",), [(3,)]), 3),
        ("newest_order", Rows(("id",), [(1,)]), {"id": 1}),
    ],
)
def test_the_client_calls_a_tool(
    server: McpServer, database: FakeDatabase, mode: Mode, revision: str, name: str, rows: Rows, value: Any
) -> None:
    """The structured content must pass the client's own validation against the output schema that it listed."""

    async def call(client: Client) -> Any:
        await client.list_tools()
        return await client.call_tool(name, {})

    database.answer = rows
    result = talk(server, mode, call)

    assert not result.is_error
    as_is = revision == "2026-07-28" or isinstance(value, dict)
    assert result.structured_content == (value if as_is else {"result": value})


@every_mode
def test_the_client_reads_our_errors(server: McpServer, mode: Mode, revision: str) -> None:  # noqa: ARG001
    """An error must reach the client's user with its code, whatever HTTP status carried it."""

    async def call(client: Client) -> None:
        with pytest.raises(MCPError, match="unknown tool 'nope'") as caught:
            await client.call_tool("nope", {})
        assert caught.value.error.code == -32602

    talk(server, mode, call)
