"""Every answer in every revision against the official types, and every published schema against JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from mcp_types.methods import CLIENT_REQUESTS, validate_server_result

from mxcp_flask.engine import Rows
from mxcp_flask.mcp.methods import METHODS
from mxcp_flask.mcp.revisions import REVISIONS
from tests.mcp.client import Client
from tests.mcp.fakes import FakeDatabase
from tests.mcp.nouns import FULL

HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
REF = {"type": "ref/prompt", "name": "greet"}
PARAMS: dict[str, list[dict[str, Any]]] = {
    "initialize": [HELLO],
    "tools/call": [{"name": name} for name in ("orders", "order_count", "newest_order", "delete_orders")],
    "resources/read": [{"uri": uri} for uri in ("shop://about", "shop://orders", "shop://orders/1")],
    "prompts/get": [
        {"name": "greet", "arguments": {"who": "Ada"}},
        {"name": "everything", "arguments": {"id": "1"}},
        {"name": "administer"},
    ],
    "logging/setLevel": [{"level": "info"}],
    "resources/subscribe": [{"uri": "shop://about"}],
    "resources/unsubscribe": [{"uri": "shop://orders/1"}],
    "subscriptions/listen": [{"notifications": {}}],
    "completion/complete": [{"ref": REF, "argument": {"name": name, "value": ""}} for name in ("who", "times")],
}
BARE = ("ping", "server/discover", "tools/list", "resources/list", "resources/templates/list", "prompts/list")
CASES = [
    (method, version, params)
    for method, version in sorted(CLIENT_REQUESTS)
    if version in REVISIONS and method in METHODS
    for params in PARAMS.get(method, [{}] if method in BARE else [])
]


@pytest.mark.parametrize(("method", "version", "params"), CASES)
@pytest.mark.parametrize("answer", [Rows(("id",), [(1,)]), Rows(("id", "note"), [(1, None)]), Rows(("t",), [("a",)])])
def test_answers_are_of_the_official_types(
    full: Client, database: FakeDatabase, method: str, version: str, params: dict[str, Any], answer: Rows
) -> None:
    """Each result must have what the revision's schema asks for, whatever the SQL returned."""
    database.answer = answer
    reply = full.call(version, method, params)

    if "error" in reply.json:  # a result that does not fit the declared return
        assert method == "resources/read"
        assert reply.json["error"]["code"] == -32603
    else:
        validate_server_result(method, version, reply.json["result"])


def test_every_method_is_tried() -> None:
    """The test above must not miss a method that was added with nouns of its own."""
    assert {method for method in METHODS if METHODS[method].endpoint_of} <= PARAMS.keys()


@pytest.mark.parametrize("version", REVISIONS)
def test_published_schemas_are_json_schemas(full: Client, version: str) -> None:
    """A client must be able to compile each of them."""
    tools = full.call(version, "tools/list").json["result"]["tools"]

    assert len(tools) == len(FULL.tools)
    for tool in tools:
        Draft202012Validator.check_schema(tool["inputSchema"])
        Draft202012Validator.check_schema(tool.get("outputSchema", {}))
