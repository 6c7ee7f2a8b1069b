"""Messages about resources, prompts, completion and pages, changed at any depth."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp_types.methods import validate_server_result

from mxcp_flask.engine import Database, Rows
from mxcp_flask.errors import ScopeMissing
from mxcp_flask.mcp import Caller, HttpMessage, McpServer
from mxcp_flask.mcp.jsonrpc import CODES
from tests.fuzz.changes import Alteration, alterations, altered
from tests.fuzz.effort import examples
from tests.fuzz.texts import readable_texts, texts
from tests.mcp.client import ALICE, META, MODERN, modern_headers, request, text_of
from tests.mcp.fakes import FakeDatabase
from tests.mcp.nouns import FULL

GREET = {"type": "ref/prompt", "name": "greet"}
ORDER = {"type": "ref/resource", "uri": "shop://orders/{id}"}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("resources/list", {"cursor": "cmVzb3VyY2VzIHNob3A6Ly9hYm91dA"}),
    ("resources/templates/list", {}),
    ("resources/read", {"uri": "shop://about"}),
    ("resources/read", {"uri": "shop://orders/7"}),
    ("resources/read", {"uri": "shop://orders/7/notes"}),
    ("prompts/list", {"cursor": "cHJvbXB0cyBldmVyeXRoaW5n"}),
    ("prompts/get", {"name": "greet", "arguments": {"who": "Ada", "times": "2"}}),
    ("prompts/get", {"name": "everything", "arguments": {"id": "7"}}),
    ("completion/complete", {"ref": GREET, "argument": {"name": "who", "value": "a"}}),
    ("completion/complete", {"ref": ORDER, "argument": {"name": "id", "value": "7"}, "context": {"arguments": {}}}),
)
WORDS = texts | st.sampled_from(("shop://orders/", "{id}", "{{ who }}", "greet", "ref/prompt", "cursor"))
ROWS = Rows(("id",), [(1,)])


@pytest.fixture(scope="module")
def server() -> McpServer:
    """Return a server with pages of two entries."""
    return McpServer(FULL, cast(Database, FakeDatabase(ROWS)), name="shop", version="1", page_size=2)


def post(server: McpServer, message: Any, headers: dict[str, str]) -> dict[str, Any]:
    """Return the JSON of the answer, which is a result or an error of a number that was foreseen."""
    body = json.dumps(message).encode()
    try:
        reply = server.answer(HttpMessage(headers, body), Caller(ALICE, frozenset({"shop:read"})))
    except ScopeMissing:
        return {}
    assert reply.status in {200, 202, 400, 404}
    answer: dict[str, Any] = json.loads(text_of(reply.body or b"{}"))
    assert answer.get("error", {}).get("code", -32600) in set(CODES.values()) - {-32603}
    return answer


@examples(250)
@given(call=st.sampled_from(CALLS), made=alterations(words=WORDS))
def test_altered_messages(server: McpServer, call: tuple[str, dict[str, Any]], made: list[Alteration]) -> None:
    """Whatever a client sends in either era, the answer is JSON-RPC, or a challenge, and never a failure of ours."""
    method, params = call

    post(server, altered(request(method, params), made), {"mcp-protocol-version": "2025-11-25"})
    modern = altered(request(method, {**params, "_meta": META}), made)
    post(server, modern, modern_headers(method, params))


@examples(100)
@given(variable=readable_texts)
def test_any_uri(server: McpServer, variable: str) -> None:
    """A URI of any text is read, unknown or refused, and nothing of it is lost."""
    uri = f"shop://orders/{variable}"
    answer = post(server, request("resources/read", {"uri": uri}), {"mcp-protocol-version": "2025-11-25"})

    if "result" in answer:
        assert answer["result"]["contents"][0]["uri"] == uri
        validate_server_result("resources/read", "2025-11-25", answer["result"])


@examples(60)
@given(typed=readable_texts)
def test_any_text_is_completed(server: McpServer, typed: str) -> None:
    """A completion of any text is of values that contain it."""
    params = {"ref": GREET, "argument": {"name": "who", "value": typed}, "_meta": META}
    answer = post(server, request("completion/complete", params), modern_headers("completion/complete", params))

    validate_server_result("completion/complete", MODERN, answer["result"])
    assert all(typed.casefold() in value.casefold() for value in answer["result"]["completion"]["values"])


@examples(60)
@given(cursor=readable_texts)
def test_any_cursor(server: McpServer, cursor: str) -> None:
    """A cursor of any text is refused, or shows what the caller may see."""
    answer = post(server, request("resources/list", {"cursor": cursor}), {"mcp-protocol-version": "2025-11-25"})

    assert "audit" not in str(answer.get("result"))
