"""MCP messages of both eras, with the headers that repeat parts of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.mcp.jsonrpc import CODES
from tests.fuzz.answers import Answer
from tests.fuzz.changes import Alteration, Change, alterations, altered, changed, changes
from tests.fuzz.effort import examples
from tests.fuzz.server import Server
from tests.fuzz.texts import header, json_values, texts
from tests.mcp.client import META, MODERN, modern_headers, notification, request

ARGUMENTS = {"number": 1, "share": 0.5, "text": "x", "day": "2026-07-28", "many": [1, 2], "one": {"a": "b"}}
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ping", {}),
    ("tools/list", {}),
    ("server/discover", {}),
    ("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}),
    ("tools/call", {"name": "whoami", "arguments": {}}),
    ("tools/call", {"name": "admin_only"}),
    ("tools/call", {"name": "compound", "arguments": ARGUMENTS}),
    ("tools/call", {"name": "compound", "arguments": ARGUMENTS}),
    ("tools/call", {"name": "execute_sql_query", "arguments": {"sql": "SELECT 1 AS one, get_username()"}}),
    ("tools/call", {"name": "get_table_schema", "arguments": {"table_name": "x"}}),
)
VERSIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
WORDS = texts | st.sampled_from(
    (*VERSIONS, MODERN, "=?base64?cGluZw==?=", "=?base64?x?=", "tools/call", "whoami", "2.0")
)
HEADERS = (
    "mcp-protocol-version",
    "mcp-method",
    "mcp-name",
    "accept",
    "mcp-session-id",
    "last-event-id",
    "content-type",
)
FORESEEN = set(CODES.values()) - {-32603}


@pytest.fixture(scope="module")
def bearer(server: Server) -> str:
    """Return the Authorization header of a person without the scope mxcp:admin."""
    server.reset()
    return f"Bearer {server.get_tokens(server.register(), scope='mxcp:access')['access_token']}"


@examples(200)
@given(
    call=st.sampled_from(CALLS),
    made=alterations(words=WORDS),
    version=st.none() | st.sampled_from(VERSIONS),
    headers=changes(HEADERS, most=1, words=WORDS),
)
def test_altered_legacy_message(
    server: Server,
    bearer: str,
    call: tuple[str, dict[str, Any]],
    made: list[Alteration],
    version: str | None,
    headers: list[Change],
) -> None:
    """Whatever a legacy client sends, the answer is JSON-RPC, or a challenge, and never a failure of ours."""
    sent = {"mcp-protocol-version": version} if version else {}

    post(server, bearer, altered(request(*call), made), dict(changed(sent, headers)))


@examples(200)
@given(call=st.sampled_from(CALLS), made=alterations(words=WORDS), headers=changes(HEADERS, words=WORDS))
def test_altered_modern_message(
    server: Server, bearer: str, call: tuple[str, dict[str, Any]], made: list[Alteration], headers: list[Change]
) -> None:
    """Whatever a modern client sends, the answer is JSON-RPC, or a challenge, and never a failure of ours."""
    method, params = call
    sent = modern_headers(method, params)

    post(server, bearer, altered(request(method, {**params, "_meta": META}), made), dict(changed(sent, headers)))


@examples(80)
@given(
    batch=st.lists(
        st.sampled_from([request(*call, request_id=number) for number, call in enumerate(CALLS)])
        | st.just(notification())
        | json_values,
        max_size=5,
    ),
    version=st.none() | st.sampled_from((*VERSIONS, MODERN)),
)
def test_any_batch(server: Server, bearer: str, batch: list[Any], version: str | None) -> None:
    """An array of anything is refused as a whole, or each of its requests is answered once."""
    answer = post(server, bearer, batch, {"mcp-protocol-version": version} if version else {})

    if answer.status == 200 and isinstance(answer.json, list):
        asked = [entry for entry in batch if not (isinstance(entry, dict) and "method" in entry and "id" not in entry)]
        assert len(answer.json) <= len(asked)


@examples(100)
@given(
    body=st.binary(max_size=30)
    | texts.map(lambda text: json.dumps(request("ping")).replace("ping", text).encode("utf-8", "ignore"))
)
def test_any_body(server: Server, bearer: str, body: bytes) -> None:
    """A body of any bytes is answered with a JSON-RPC error, or is a message after all."""
    post(server, bearer, body, {})


@examples(150)
@given(arguments=st.dictionaries(st.sampled_from(tuple(ARGUMENTS)), json_values, min_size=1))
def test_any_arguments(server: Server, bearer: str, arguments: dict[str, Any]) -> None:
    """A tool's arguments may be any JSON: it runs, or its answer says what is wrong."""
    message = request("tools/call", {"name": "compound", "arguments": arguments})

    answer = post(server, bearer, message, {"mcp-protocol-version": "2025-11-25"})

    if "result" in answer.json:
        assert answer.json["result"]["content"][0]["text"]


def post(server: Server, bearer: str, value: Any, headers: dict[str, str]) -> Answer:
    """Send the message, as it is when it is bytes, and check the answer."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    sent = {name: header(text) for name, text in headers.items() if name in HEADERS}
    answer = server.post_json("/mcp", body, headers={"Authorization": bearer, **sent})

    if answer.status == 202:
        assert answer.body == b""
    elif answer.status == 403:
        assert answer.json["error"] == "insufficient_scope"
        assert "mxcp:admin" in answer.headers["WWW-Authenticate"]
    else:
        assert answer.status in {200, 400, 404}
        for response in answer.json if isinstance(answer.json, list) else [answer.json]:
            check_response(response, value)
    return answer


def check_response(response: dict[str, Any], value: Any) -> None:
    """Hold that this is a response of JSON-RPC 2.0 to the message ``value``, and no failure that was not foreseen."""
    assert response["jsonrpc"] == "2.0"
    assert ("result" in response) != ("error" in response)
    assert response.keys() <= {"jsonrpc", "id", "result", "error"}
    if isinstance(value, dict) and "result" in response:
        assert response["id"] == value["id"]
    if "error" in response:
        assert response["error"]["code"] in FORESEEN
        assert response["error"]["message"]
