"""One request and its answer, as JSON and as events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask import request

from mxcp_flask.errors import RemoteInsecure, RemoteUnexpected
from mxcp_flask.mcp.headers import decoded
from mxcp_flask.remote.calls import header_of, send
from tests.remote.conftest import Stranger

NOTE = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {"progress": 1, "total": 2}}
DONE = {"jsonrpc": "2.0", "id": 1, "result": {"content": []}}
EVENTS = {"Content-Type": "text/event-stream"}


@pytest.mark.parametrize("name", ["plain", "with space", " edges ", "ünï", "=?base64?x?=", "", "tab\there"])
def test_names_travel_in_headers(name: str) -> None:
    """Any name must come out of the header as it went in, and the header hold visible ASCII only."""
    assert decoded("Mcp-Name", header_of(name)) == name
    assert header_of(name).isascii()
    assert header_of(name).isprintable()


def test_a_request_stands_alone(stranger: Stranger) -> None:
    """Each must carry revision, method and name in its headers, as in its body, and the token."""
    seen: dict[str, str] = {}
    stranger.app.before_request(lambda: seen.update(request.headers))
    stranger.answers["mcp"] = (DONE, 200)

    send(stranger.url, "the-token", "tools/call", {"name": "x", "arguments": {"a": 1}}, meta={"progressToken": 5})

    sent = stranger.asked[-1]
    params: Any = sent["params"]
    assert (seen["Mcp-Method"], seen["Mcp-Name"], seen["Authorization"]) == ("tools/call", "x", "Bearer the-token")
    assert seen["Mcp-Protocol-Version"] == params["_meta"]["io.modelcontextprotocol/protocolVersion"] == "2026-07-28"
    assert (params["arguments"], params["_meta"]["progressToken"]) == ({"a": 1}, 5)


def test_events_end_with_the_answer(stranger: Stranger) -> None:
    """What comes before must be told as it comes, whatever the spelling of the events."""
    told: list[Mapping[str, Any]] = []
    split = json.dumps(DONE, indent=1).replace("\n", "\r\ndata: ")
    text = f": hello\n\ndata:{json.dumps(NOTE)}\n\nevent: message\r\ndata: {split}\r\n\r\n"
    stranger.answers["mcp"] = (text, 200, EVENTS)

    answer = send(stranger.url, None, "tools/call", {"name": "x"}, told=told.append)

    assert answer.json == DONE
    assert told == [NOTE]


@pytest.mark.parametrize(
    ("text", "said"), [("", "broke off"), ("data: {\n\n", "no message"), ("data: 5\n\n", "no message")]
)
def test_events_that_are_none(stranger: Stranger, text: str, said: str) -> None:
    """A stream without an answer must not be taken for one."""
    stranger.answers["mcp"] = (text, 200, EVENTS)

    with pytest.raises(RemoteUnexpected, match=said):
        send(stranger.url, None, "tools/call", {"name": "x"})


def test_a_token_needs_tls() -> None:
    """With a token nothing may go to another machine over plain http."""
    with pytest.raises(RemoteInsecure):
        send("http://192.0.2.1/mcp", "the-token", "tools/call", {"name": "x"})
