"""Endpoints that ask their client before they run, and a client that answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import InputRequest, Message, Parameter, Prompt, Resource
from mxcp_flask.engine import Database
from mxcp_flask.mcp import Caller, McpServer
from tests.mcp.client import ALICE, META, Answer, Client
from tests.mcp.fakes import FakeDatabase, arguments_schema, tool

ALL: dict[str, Any] = {"elicitation": {}, "sampling": {}, "roots": {}}
NAME = {"type": "string"}
SCHEMA = {
    "type": "object",
    "properties": {"sure": {"type": "boolean"}, "why": {"type": "string"}},
    "required": ["sure"],
}
SURE = InputRequest(
    "sure",
    "elicitation",
    {"mode": "form", "message": "Delete {{ table }}?", "requestedSchema": {**SCHEMA, "title": "{{ table }}"}},
)
WORDS = InputRequest(
    "words",
    "sampling",
    {"messages": [{"role": "user", "content": {"type": "text", "text": "Praise {{ table }}"}}], "maxTokens": 50},
)
ROOTS = InputRequest("roots", "roots")
LAST = InputRequest(
    "last",
    "elicitation",
    {
        "mode": "form",
        "message": "You said {{ sure.why }}. Really?",
        "requestedSchema": {"type": "object", "properties": {"word": {"type": "string"}}},
    },
    round=2,
)
DELETE = tool(
    "delete",
    input_requests=(SURE, LAST),
    parameters=(Parameter("table", NAME),),
    input_schema=arguments_schema(table=NAME),
)
MANY = tool("many", input_requests=(SURE, WORDS, ROOTS))
NEEDY = tool("needy", required_capabilities=("sampling",))
PLAIN = tool("plain")
PROMPT = Prompt(
    name="ask", path=Path("ask.yml"), input_requests=(SURE,), messages=(Message("user", text="{{ sure.why }}"),)
)
RESOURCE = Resource(
    name="ask",
    path=Path("ask.yml"),
    uri="shop://ask",
    sql="SELECT $sure",
    input_requests=(SURE,),
    mime_type="text/plain",
)
CATALOGUE = Catalogue(
    tools={each.name: each for each in (DELETE, MANY, NEEDY, PLAIN)},
    prompts={PROMPT.name: PROMPT},
    resources={RESOURCE.uri: RESOURCE},
)


class Clock:
    """A clock that stands still."""

    now = 1_000_000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def server(database: FakeDatabase, clock: Clock, key: bytes = b"k" * 32) -> McpServer:
    """Return a server of ``CATALOGUE`` that signs with ``key``."""
    return McpServer(
        CATALOGUE, cast(Database, database), name="shop", version="1", state_key=key, clock=clock, private=True
    )


def somebody(principal: str = "github:1 client") -> Caller:
    """Return a caller that may do everything."""
    return Caller(ALICE, scopes=None, principal=principal, grant="g")


def ask(
    client: Client, name: str = "delete", method: str = "tools/call", capabilities: Any = None, **params: Any
) -> Answer:
    """Call an endpoint with ``params`` as a client with ``capabilities`` (default: all)."""
    key = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}[method]
    if name == "delete":
        params = {"arguments": {"table": "orders"}, **params}
    meta = {**META, "io.modelcontextprotocol/clientCapabilities": ALL if capabilities is None else capabilities}
    return client.modern(method, {key: name, "_meta": meta, **params}, mcp_name=name)


def accept(**content: Any) -> dict[str, Any]:
    """Return the response of a person who filled in a form."""
    return {"action": "accept", "content": content}


def result(answer: Answer) -> Mapping[str, Any]:
    """Return the result in an answer."""
    assert answer.outcome == (200, None), answer.json
    found: Mapping[str, Any] = answer.json["result"]
    return found
