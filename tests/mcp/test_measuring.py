"""What is reported of a request whose answer comes in parts."""

from __future__ import annotations

from contextlib import closing
from typing import Any, cast

import pytest

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.mcp import Caller, HttpMessage, McpServer, Reply
from mxcp_flask.mcp.json_text import encode
from tests.mcp.client import ALICE
from tests.mcp.fakes import FakeDatabase, tool
from tests.support.meters import Recording

EVERYBODY = Caller(identity=ALICE, scopes=None)
LOAD = tool("load", sql="DELETE FROM a; FROM a;", steps=("Emptied", "Read"))
TOLD = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-11-25"}


@pytest.fixture
def meter() -> Recording:
    """Return what is reported to."""
    return Recording()


@pytest.fixture
def server(meter: Recording) -> McpServer:
    """Return a server that reports."""
    return McpServer(
        Catalogue(tools={"load": LOAD}), cast(Database, FakeDatabase()), name="shop", version="1", meter=meter
    )


def ask(server: McpServer, method: str, **params: Any) -> Reply:
    """Send one request, whose answer may come in parts."""
    body = encode({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    return server.answer(HttpMessage(headers=TOLD, body=body), EVERYBODY)


def in_parts(server: McpServer) -> Reply:
    """Call a tool that has something to tell."""
    return ask(server, "tools/call", name="load", arguments={}, _meta={"progressToken": 1})


def test_answer_in_parts(server: McpServer, meter: Recording) -> None:
    """It is reported at its end and not before."""
    reply = in_parts(server)
    assert reply.stream is not None
    assert meter.calls == []
    assert len(list(reply.stream)) > 1

    assert [call[3] for call in meter.calls] == ["ok"]


def test_answer_that_nobody_takes(server: McpServer, meter: Recording) -> None:
    """When the client leaves in between, nobody knows how it would have ended."""
    reply = in_parts(server)
    assert reply.stream is not None
    with closing(cast(Any, reply.stream)):
        next(reply.stream)

    assert [call[3] for call in meter.calls] == ["abandoned"]


def test_batch(server: McpServer, meter: Recording) -> None:
    """Each request of a batch is reported for itself, and what is no request is a refusal."""
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    headers = {"mcp-protocol-version": "2025-03-26"}
    server.answer(HttpMessage(headers=headers, body=encode([ping, ping, {"jsonrpc": "1.0"}])), EVERYBODY)

    assert meter.calls == [("ping", "", "", "ok")] * 2
    assert meter.refusals == ["NotAMessage"]
