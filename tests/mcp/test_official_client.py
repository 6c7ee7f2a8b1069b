"""The official SDK's client against an McpServer, with HTTP between them but no socket."""

from __future__ import annotations

from typing import Any, Literal, cast

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference

from mxcp_flask.engine import Database, Rows
from mxcp_flask.mcp import HttpMessage, McpServer
from tests.mcp.client import ANYBODY, text_of
from tests.mcp.fakes import CATALOGUE, FakeDatabase
from tests.mcp.nouns import FULL

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
        if reply.stream is not None:
            return httpx2.Response(200, content=b"".join(reply.stream), headers={"content-type": "text/event-stream"})
        headers = {"content-type": "application/json"} if reply.body is not None else {}
        return httpx2.Response(reply.status, content=text_of(reply.body or b""), headers=headers)

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


@every_mode
def test_the_client_reads_resources(full_server: McpServer, database: FakeDatabase, mode: Mode, revision: str) -> None:  # noqa: ARG001
    """The client must find resources and templates, and read both."""

    async def read(client: Client) -> Any:
        resources = (await client.list_resources()).resources
        templates = (await client.list_resource_templates()).resource_templates
        order = await client.read_resource("shop://orders/7")
        return {each.uri for each in resources} | {each.uri_template for each in templates}, order.contents

    database.answer = Rows(("id",), [(7,)])
    found, [order] = talk(full_server, mode, read)

    assert found == set(FULL.resources)
    assert (order.mime_type, order.text) == ("application/json", '{"id":7}')


@every_mode
def test_the_client_uses_prompts(full_server: McpServer, database: FakeDatabase, mode: Mode, revision: str) -> None:  # noqa: ARG001
    """The client must find prompts, complete their arguments, and get every type of content."""

    async def use(client: Client) -> Any:
        prompts = (await client.list_prompts()).prompts
        completion = await client.complete(PromptReference(name="greet"), {"name": "who", "value": "b"})
        return prompts, completion.completion.values, (await client.get_prompt("everything", {"id": "7"})).messages

    prompts, values, messages = talk(full_server, mode, use)

    assert [prompt.name for prompt in prompts] == sorted(FULL.prompts)
    assert values == ["Bo"]
    assert [message.content.type for message in messages] == [
        "text",
        "image",
        "audio",
        "resource",
        "resource",
        "resource_link",
    ]


@every_mode
def test_the_client_turns_pages(database: FakeDatabase, mode: Mode, revision: str) -> None:  # noqa: ARG001
    """Following the cursors with the client's own means must give everything once."""

    async def turn(client: Client) -> list[str]:
        found, cursor = list[str](), None
        while True:
            page = await client.list_resources(cursor=cursor)
            found += [str(each.uri) for each in page.resources]
            cursor = page.next_cursor
            if cursor is None:
                return found

    server = McpServer(FULL, cast(Database, database), name="shop", version="1", page_size=2)

    assert talk(server, mode, turn) == sorted(uri for uri in FULL.resources if "{" not in uri)
