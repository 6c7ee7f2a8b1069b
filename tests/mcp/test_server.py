"""Tests of mxcp_flask.mcp.server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.mcp.client import META, Client, modern_headers, notification, request

HOSTILE: list[Any] = [None, True, 0, -1.5, 10**400, "", "tools/call", [], [[]], {}, {"name": {}}, {"_meta": {}}]
NAMES: list[Any] = [None, "orders", "", "\0", "../orders", 5, {}]
ARGUMENTS: list[Any] = [None, {}, [], "{}", {"top": 10**400}, {"top": {}}, {"": None}, {"\0": "\0"}]


@pytest.mark.parametrize(
    ("body", "method", "name"),
    [
        (request("tools/list"), "tools/list", None),
        (request("tools/call", {"name": "orders"}), "tools/call", "orders"),
        (notification(), "notifications/initialized", None),
        (request("bad\nline", {"name": "bad name"}), None, None),
        (request("x" * 200, {"name": 5}), None, None),
        (request("x", [1]), "x", None),
        ([request("ping")], None, None),
        (b"{", None, None),
    ],
)
def test_a_reply_says_what_was_called(client: Client, body: Any, method: str | None, name: str | None) -> None:
    """The web edge must be able to log both as they are, so that they must be plain words."""
    reply = client.post(body).reply

    assert (reply.method, reply.name) == (method, name)


def test_refused_requests_say_what_was_called_too(client: Client) -> None:
    """A request that fails on a rung of the ladder must still be found in the log."""
    reply = client.modern("tools/call", {"name": "orders"}, mcp_name="other").reply

    assert (reply.status, reply.method, reply.name) == (400, "tools/call", "orders")


@pytest.mark.parametrize("member", ["jsonrpc", "id", "method", "params"])
@pytest.mark.parametrize("headers", [{}, modern_headers("tools/call", {"name": "orders"})])
def test_any_member_of_a_message_gets_a_designed_answer(client: Client, member: str, headers: dict[str, str]) -> None:
    """No value in any place may raise, or be answered with anything but the statuses of the protocol."""
    for value in HOSTILE:
        answer = client.post({**request("tools/call", {"_meta": META, "name": "orders"}), member: value}, headers)

        assert answer.reply.status in {200, 400, 404}
        assert answer.outcome[1] != -32603


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("arguments", ARGUMENTS)
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
def test_any_call_gets_a_designed_answer(client: Client, version: str, name: Any, arguments: Any) -> None:
    """A name or arguments of any shape must end as a tool's result or as invalid params, never as a failure of ours."""
    answer = client.call(version, "tools/call", {"name": name, "arguments": arguments})

    assert answer.outcome[1] in {None, -32602, -32020}


def test_a_number_that_is_too_large_is_the_models_to_correct(client: Client) -> None:
    """Python reads 1e400 as infinity, which no tool may be called with."""
    body = (
        json.dumps(request("tools/call", {"name": "orders", "arguments": {"top": 1}})).replace("1}", "1e400}").encode()
    )

    assert client.post(body).json["result"]["isError"] is True


def test_both_eras_are_served_side_by_side(client: Client) -> None:
    """One server must answer each request in the form of its own era."""
    assert (
        "resultType"
        in client.post(request("tools/list", {"_meta": META}), modern_headers("tools/list", None)).json["result"]
    )
    assert "resultType" not in client.post(request("tools/list")).json["result"]
