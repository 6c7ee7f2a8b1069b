"""Tests of mxcp_flask.mcp.modern: the ladder of revision 2026-07-28."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mcp.client import META, MODERN, Client, modern_headers, notification, request
from tests.mcp.fakes import FakeDatabase

VERSION = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES = "io.modelcontextprotocol/clientCapabilities"
HEADERS = modern_headers("tools/list", None)
CALL_HEADERS = modern_headers("tools/call", {"name": "orders"})


def listing(meta: Any, **params: Any) -> dict[str, Any]:
    """Return a request of tools/list with ``meta``."""
    return request("tools/list", {"_meta": meta, **params})


@pytest.mark.parametrize(
    ("body", "headers", "outcome"),
    [
        pytest.param(b"{", HEADERS, (400, -32700), id="not JSON"),
        pytest.param(b"\xff", HEADERS, (400, -32700), id="not UTF-8"),
        pytest.param([listing(META)], HEADERS, (400, -32600), id="a batch"),
        pytest.param([], HEADERS, (400, -32600), id="an empty batch"),
        pytest.param("tools/list", HEADERS, (400, -32600), id="a string"),
        pytest.param({"jsonrpc": "2.0", "id": 1, "result": {}}, HEADERS, (400, -32600), id="a response"),
        pytest.param(request("tools/list", {"_meta": META}, None), HEADERS, (400, -32600), id="an id of null"),
        pytest.param(request("tools/list", {"_meta": META}, 1.5), HEADERS, (400, -32600), id="an id of 1.5"),
        pytest.param(notification(), HEADERS, (202, None), id="a notification"),
        pytest.param(notification("tools/call"), HEADERS, (202, None), id="a call without id"),
        pytest.param(
            notification(), {"mcp-protocol-version": "1999-01-01"}, (400, -32022), id="a notification of no revision"
        ),
        pytest.param(request("tools/list"), HEADERS, (400, -32602), id="no params"),
        pytest.param(request("tools/list", [META]), HEADERS, (400, -32602), id="params are an array"),
        pytest.param(request("tools/list", {}), HEADERS, (400, -32602), id="no _meta"),
        pytest.param(listing([]), HEADERS, (400, -32602), id="_meta is an array"),
        pytest.param(listing({VERSION: MODERN}), HEADERS, (400, -32602), id="no capabilities"),
        pytest.param(listing({CAPABILITIES: {}}), HEADERS, (400, -32602), id="no version"),
        pytest.param(listing({**META, VERSION: 2026}), HEADERS, (400, -32602), id="the version is a number"),
        pytest.param(listing({**META, VERSION: 2026}), {}, (400, -32602), id="the version is a number, no headers"),
        pytest.param(listing({**META, CAPABILITIES: None}), HEADERS, (400, -32602), id="capabilities are null"),
        pytest.param(
            request("tools/list", {}), {"mcp-protocol-version": "x"}, (400, -32602), id="_meta before headers"
        ),
        pytest.param(listing(META), {}, (400, -32020), id="no headers"),
        pytest.param(listing(META), {"mcp-protocol-version": MODERN}, (400, -32020), id="no Mcp-Method"),
        pytest.param(listing(META), {"mcp-method": "tools/list"}, (400, -32020), id="no version header"),
        pytest.param(listing(META), {**HEADERS, "mcp-method": "tools/call"}, (400, -32020), id="other method"),
        pytest.param(
            listing(META), {**HEADERS, "mcp-protocol-version": "2025-11-25"}, (400, -32020), id="legacy version header"
        ),
        pytest.param(
            listing({**META, VERSION: "1999-01-01"}), HEADERS, (400, -32020), id="other version, before unknown version"
        ),
        pytest.param(
            request("tools/call", {"_meta": META, "name": "orders"}),
            {**CALL_HEADERS, "mcp-name": "order_count"},
            (400, -32020),
            id="other name",
        ),
        pytest.param(
            listing({**META, VERSION: "1999-01-01"}),
            {**HEADERS, "mcp-protocol-version": "1999-01-01"},
            (400, -32022),
            id="unknown version",
        ),
        pytest.param(
            listing({**META, VERSION: "2025-11-25"}),
            {**HEADERS, "mcp-protocol-version": "2025-11-25"},
            (400, -32022),
            id="legacy version in _meta",
        ),
        pytest.param(
            request("no/such", {"_meta": {**META, VERSION: "1999-01-01"}}),
            {"mcp-protocol-version": "1999-01-01", "mcp-method": "no/such"},
            (400, -32022),
            id="unknown version, before unknown method",
        ),
        pytest.param(listing(META, cursor="x"), HEADERS, (400, -32602), id="a cursor"),
        pytest.param(listing(META), HEADERS, (200, None), id="all is well"),
        pytest.param(
            listing({**META, "progressToken": 1, "x": None}),
            {**HEADERS, "mcp-session-id": "a", "last-event-id": "b"},
            (200, None),
            id="more than is needed",
        ),
    ],
)
def test_the_ladder(client: Client, body: Any, headers: dict[str, str], outcome: tuple[int, int | None]) -> None:
    """The first rung that fails must decide status and code."""
    assert client.post(body, headers).outcome == outcome


@pytest.mark.parametrize(
    "method",
    ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/list", "prompts/list", "x", "", "é"],
)
def test_methods_of_other_revisions_and_capabilities_do_not_exist(client: Client, method: str) -> None:
    """What is removed or not advertised must be 404 and say so in JSON-RPC."""
    assert client.modern(method).outcome == (404, -32601)


@pytest.mark.parametrize(("request_id", "echoed"), [("a", True), (0, True), (-1, True), (None, False), (True, False)])
def test_errors_repeat_a_usable_id(client: Client, request_id: Any, echoed: bool) -> None:
    """Every error must have the request's id, or none at all."""
    error = client.post(request("tools/list", {}, request_id), HEADERS).json

    assert error.get("id", "absent") == (request_id if echoed else "absent")


def test_an_unserved_revision_is_answered_with_the_served_ones(client: Client) -> None:
    """The list must be that of server/discover."""
    body = listing({**META, VERSION: "1999-01-01"})
    error = client.post(body, {**HEADERS, "mcp-protocol-version": "1999-01-01"}).json["error"]

    assert error["data"] == {"supported": ["2026-07-28"], "requested": "1999-01-01"}


def test_a_notification_does_nothing(client: Client, database: FakeDatabase) -> None:
    """A call without id must not run, and the answer must be empty."""
    answer = client.post({**notification("tools/call"), "params": {"name": "orders"}}, CALL_HEADERS)

    assert (answer.reply.status, answer.reply.body, database.calls) == (202, None, [])


def test_results_introduce_the_server(client: Client) -> None:
    """Every result must say that it is complete and who made it; results that may not be kept have no cache hints."""
    result = client.modern("tools/call", {"name": "orders"}).json["result"]

    assert result["resultType"] == "complete"
    assert result["_meta"] == {"io.modelcontextprotocol/serverInfo": {"name": "shop", "version": "1.2"}}
    assert "ttlMs" not in result
    assert "cacheScope" not in result
