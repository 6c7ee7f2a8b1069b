"""Tests of mxcp_flask.mcp.subscriptions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mcp.client import Client

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


def test_legacy_clients_have_no_such_method(client: Client) -> None:
    """The method came with 2026-07-28."""
    assert client.legacy("subscriptions/listen", {"notifications": {}}).outcome == (200, -32601)
