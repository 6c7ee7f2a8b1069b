"""Cancelling SQL that runs: notifications/cancelled, down to DuckDB."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.mcp import Caller, HttpMessage, McpServer
from tests.mcp.client import ALICE, Client, request, text_of
from tests.mcp.fakes import tool

SLOW = tool("slow", sql="SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")
SECONDS = 30.0
HEADERS = {"mcp-protocol-version": "2025-11-25"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    """Return a signed-in client of a server with a slow tool."""
    database = Database(DatabaseSettings(tmp_path / "slow.duckdb", timeout=600))
    server = McpServer(Catalogue(tools={"slow": SLOW}), database, name="shop", version="1")
    yield Client(server, Caller(ALICE, None, principal="p", grant="g"))
    database.close()


def test_a_cancelled_call_ends(client: Client) -> None:
    """The statement must be interrupted, and its call answered with what happened."""
    runs = threading.Event()

    def alive() -> bool:
        runs.set()
        return True

    message = HttpMessage(HEADERS, json.dumps(request("tools/call", {"name": "slow"}, "a")).encode(), alive=alive)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.server.answer, message, client.caller)
        assert runs.wait(SECONDS)
        client.post({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": "a"}}, HEADERS)
        reply = call.result(SECONDS)

    assert reply.body
    result = json.loads(text_of(reply.body))["result"]
    assert result["isError"]
    assert "cancelled" in result["content"][0]["text"]
