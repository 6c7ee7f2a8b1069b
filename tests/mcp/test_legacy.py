"""Tests of mxcp_flask.mcp.legacy."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.errors import ScopeMissing
from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.legacy import MAX_BATCH
from tests.mcp.client import ALICE, Client, notification, request
from tests.mcp.fakes import FakeDatabase

NEWEST = {"mcp-protocol-version": "2025-11-25"}
BATCHES = {"mcp-protocol-version": "2025-03-26"}
PING = request("ping")
RESPONSE = {"jsonrpc": "2.0", "id": 1, "result": {}}


@pytest.mark.parametrize(
    ("body", "headers", "outcome"),
    [
        pytest.param(b"", NEWEST, (400, -32700), id="nothing"),
        pytest.param(b'{"a": NaN}', {}, (400, -32700), id="NaN"),
        pytest.param(b"[" * 100_000, {}, (400, -32700), id="too deep"),
        pytest.param(
            b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\\ud800"}}', {}, (400, -32700), id="half"
        ),
        pytest.param("ping", NEWEST, (400, -32600), id="a string"),
        pytest.param(None, {}, (400, -32600), id="null"),
        pytest.param({}, {}, (400, -32600), id="an empty object"),
        pytest.param({**PING, "jsonrpc": "1.0"}, NEWEST, (400, -32600), id="JSON-RPC 1.0"),
        pytest.param({**PING, "id": None}, NEWEST, (400, -32600), id="an id of null"),
        pytest.param({**PING, "id": 1.0}, NEWEST, (400, -32600), id="an id of 1.0"),
        pytest.param({**PING, "id": {}}, NEWEST, (400, -32600), id="an id that is an object"),
        pytest.param({**PING, "method": 1}, NEWEST, (400, -32600), id="the method is a number"),
        pytest.param(PING, {"mcp-protocol-version": "1999-01-01"}, (400, -32602), id="unknown version header"),
        pytest.param(PING, {"mcp-protocol-version": ""}, (400, -32602), id="empty version header"),
        pytest.param(PING, {"mcp-protocol-version": "2025-11-25, 2025-06-18"}, (400, -32602), id="two version headers"),
        pytest.param(request("ping", [1]), NEWEST, (200, -32602), id="params are an array"),
        pytest.param({**PING, "params": None}, NEWEST, (200, -32602), id="params are null"),
        pytest.param(request("ping", "x"), NEWEST, (200, -32602), id="params are a string"),
        pytest.param(request("no/such"), NEWEST, (200, -32601), id="unknown method"),
        pytest.param(request("server/discover"), NEWEST, (200, -32601), id="a method of the modern era"),
        pytest.param(request("notifications/initialized"), NEWEST, (200, -32601), id="a notification with an id"),
        pytest.param(request("tools/call", {"name": "nope"}), NEWEST, (200, -32602), id="unknown tool"),
        pytest.param(notification(), NEWEST, (202, None), id="a notification"),
        pytest.param(notification("notifications/cancelled"), {}, (202, None), id="a cancellation"),
        pytest.param({**notification("x"), "params": 5}, NEWEST, (202, None), id="any notification"),
        pytest.param(RESPONSE, NEWEST, (202, None), id="a response"),
        pytest.param(PING, NEWEST, (200, None), id="a ping"),
        pytest.param(PING, {}, (200, None), id="a ping without version"),
        pytest.param(PING, {"mcp-protocol-version": "2024-11-05"}, (200, None), id="a ping of the oldest revision"),
        pytest.param(PING, {**NEWEST, "mcp-method": "other", "mcp-name": "x"}, (200, None), id="modern headers"),
        pytest.param(request("ping", {"_meta": {"progressToken": 1}}), NEWEST, (200, None), id="_meta of its own"),
    ],
)
def test_legacy_answers(client: Client, body: Any, headers: dict[str, str], outcome: tuple[int, int | None]) -> None:
    """What is no message must be 400; a request must be answered at 200, and everything else be 202."""
    answer = client.post(body, headers)

    assert answer.outcome == outcome
    assert (answer.reply.body is None) == (answer.reply.status == 202)


def test_without_a_version_header_the_revision_is_2025_03_26(client: Client) -> None:
    """The oldest clients must get the shapes of their time."""
    result = client.legacy("tools/call", {"name": "orders"}, version=None).json["result"]

    assert set(result) == {"content", "isError"}


@pytest.mark.parametrize("headers", [{}, BATCHES])
def test_a_batch_is_answered_in_its_order(client: Client, headers: dict[str, str]) -> None:
    """Each request must get its response, each fault its error, and notifications and responses nothing."""
    batch = [
        request("ping", request_id=1),
        notification(),
        request("no/such", request_id="b"),
        RESPONSE,
        {"jsonrpc": "2.0", "id": 4, "method": 5},
        request("initialize", {"protocolVersion": "2025-03-26"}, request_id=5),
        "x",
        request("tools/call", {"name": "orders"}, request_id=6),
    ]
    answer = client.post(batch, headers)

    assert answer.reply.status == 200
    assert [(each.get("id"), each.get("error", {}).get("code")) for each in answer.json] == [
        (1, None),
        ("b", -32601),
        (4, -32600),
        (5, -32600),
        (None, -32600),
        (6, None),
    ]


@pytest.mark.parametrize(
    ("batch", "headers", "outcome"),
    [
        ([], {}, (400, -32600)),
        ([PING] * (MAX_BATCH + 1), {}, (400, -32600)),
        ([notification(), RESPONSE], BATCHES, (202, None)),
        ([PING], NEWEST, (400, -32600)),
        ([PING], {"mcp-protocol-version": "2025-06-18"}, (400, -32600)),
        ([PING], {"mcp-protocol-version": "2024-11-05"}, (400, -32600)),
    ],
)
def test_batches_that_get_no_array(
    client: Client, batch: list[Any], headers: dict[str, str], outcome: tuple[int, int | None]
) -> None:
    """An array must be refused where the revision has none, or when its size is wrong; silence must be empty."""
    assert client.post(batch, headers).outcome == outcome


def test_the_largest_batch_is_answered(client: Client) -> None:
    """The limit itself must still be allowed."""
    assert len(client.post([PING] * MAX_BATCH).json) == MAX_BATCH


def test_a_batch_runs_nothing_until_all_scopes_are_there(server: McpServer, database: FakeDatabase) -> None:
    """The client sends the batch again after it got the scope, and no SQL may run twice."""
    client = Client(server, Caller(ALICE, frozenset()))
    batch = [request("tools/call", {"name": "orders"}), request("tools/call", {"name": "delete_orders"})]

    with pytest.raises(ScopeMissing):
        client.post(batch)
    assert database.calls == []
