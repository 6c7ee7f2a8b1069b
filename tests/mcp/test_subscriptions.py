"""Tests of mxcp_flask.mcp.subscriptions."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.errors import ScopeMissing
from mxcp_flask.mcp import Caller, McpServer
from tests.mcp.client import ALICE, Client

ID = "io.modelcontextprotocol/subscriptionId"


def test_listening_is_acknowledged_and_ends(client: Client) -> None:
    """Nothing of what is asked for can be granted, so that the stream must say so and end."""
    answer = client.modern("subscriptions/listen", {"notifications": {"toolsListChanged": True}})

    assert answer.told == (
        {
            "jsonrpc": "2.0",
            "method": "notifications/subscriptions/acknowledged",
            "params": {"_meta": {ID: 7}, "notifications": {}},
        },
    )
    assert answer.json["result"]["resultType"] == "complete"
    assert answer.json["result"]["_meta"][ID] == 7


@pytest.mark.parametrize("params", [{}, {"notifications": None}, {"notifications": []}])
def test_a_filter_is_needed(client: Client, params: dict[str, Any]) -> None:
    """A request that says not what it listens for must be refused."""
    assert client.modern("subscriptions/listen", params).outcome == (400, -32602)


@pytest.mark.parametrize("method", ["resources/subscribe", "resources/unsubscribe"])
@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"uri": "shop://about"}, None),
        ({"uri": "shop://orders/1"}, None),
        ({"uri": "shop://nowhere"}, -32002),
        ({"uri": 1}, -32602),
        ({}, -32602),
    ],
)
def test_legacy_clients_subscribe_to_what_exists(full: Client, method: str, params: Any, code: int | None) -> None:
    """A subscription to a resource must be accepted, and to anything else refused."""
    answer = full.legacy(method, params)

    assert answer.outcome == (200, code)
    assert code or answer.json["result"] == {}


@pytest.mark.parametrize("method", ["resources/subscribe", "resources/unsubscribe"])
def test_modern_clients_do_not_subscribe(full: Client, method: str) -> None:
    """The methods went with 2026-07-28."""
    assert full.modern(method, {"uri": "shop://about"}).outcome == (404, -32601)


def test_a_subscription_needs_the_scopes_of_its_resource(full_server: McpServer) -> None:
    """Whoever may not read a resource must be asked for the scope."""
    with pytest.raises(ScopeMissing):
        Client(full_server, Caller(ALICE, frozenset())).legacy("resources/subscribe", {"uri": "shop://audit"})


def test_legacy_clients_have_no_such_method(client: Client) -> None:
    """The method came with 2026-07-28."""
    assert client.legacy("subscriptions/listen", {"notifications": {}}).outcome == (200, -32601)
