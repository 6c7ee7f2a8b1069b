"""Tests of mxcp_flask.mcp.jsonrpc."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mxcp_flask import errors
from mxcp_flask.errors import NotAMessage, NotJson, ProtocolError, RevisionNotServed
from mxcp_flask.mcp.jsonrpc import (
    CODES,
    ClientResponse,
    Message,
    Notification,
    Request,
    failure,
    id_of,
    read,
    requests_in,
    result,
)
from tests.mcp.client import text_of


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"jsonrpc": "2.0", "id": 1, "method": "ping"}, Request(1, "ping", {})),
        ({"jsonrpc": "2.0", "id": "", "method": "ping", "params": [1]}, Request("", "ping", [1])),
        ({"jsonrpc": "2.0", "id": 10**30, "method": "ping", "params": None}, Request(10**30, "ping", None)),
        ({"jsonrpc": "2.0", "method": "notifications/initialized"}, Notification("notifications/initialized")),
        ({"jsonrpc": "2.0", "id": 1, "result": {}}, ClientResponse()),
        ({"jsonrpc": "2.0", "id": 1, "error": {}}, ClientResponse()),
    ],
)
def test_messages_are_read(value: Any, message: Message) -> None:
    """Each kind of message must be told from the others."""
    assert read(value) == message


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "one object"),
        ("ping", "one object"),
        (None, "one object"),
        ({}, "jsonrpc"),
        ({"jsonrpc": 2.0, "id": 1, "method": "ping"}, "jsonrpc"),
        ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, "jsonrpc"),
        ({"jsonrpc": "2.0", "id": 1}, "method"),
        ({"jsonrpc": "2.0", "id": 1, "method": 5}, "method"),
        ({"jsonrpc": "2.0", "id": 1, "method": None, "result": {}}, "method"),
        ({"jsonrpc": "2.0", "id": None, "method": "ping"}, "id"),
        ({"jsonrpc": "2.0", "id": True, "method": "ping"}, "id"),
        ({"jsonrpc": "2.0", "id": 1.0, "method": "ping"}, "id"),
        ({"jsonrpc": "2.0", "id": [1], "method": "ping"}, "id"),
    ],
)
def test_what_is_no_message_is_refused(value: Any, reason: str) -> None:
    """The reason must name the member at fault."""
    with pytest.raises(NotAMessage, match=reason):
        read(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"id": "a"}, "a"),
        ({"id": 0}, 0),
        ({"id": None}, None),
        ({"id": False}, None),
        ({}, None),
        ([], None),
        (1, None),
    ],
)
def test_an_id_is_repeated_if_there_is_one(value: Any, expected: str | int | None) -> None:
    """A refused message's id must be found where it is usable, and nowhere else."""
    assert id_of(value) == expected


@pytest.mark.parametrize(
    ("value", "count"),
    [
        ({"method": "ping", "id": 1}, 1),
        ({"method": "ping", "id": None}, 1),
        ({"method": "ping"}, 0),
        ({"id": 1, "result": {}}, 0),
        ([{"method": "ping", "id": 1}, {"method": "x"}, {"method": "x", "id": 2}, 3, None, []], 2),
        ([], 0),
        ("method", 0),
        (None, 0),
    ],
)
def test_requests_are_counted(value: Any, count: int) -> None:
    """What asks for an answer counts, alone or in a batch, and nothing else does."""
    assert requests_in(value) == count


def test_a_result_repeats_the_id() -> None:
    """A response must have the id of its request and nothing besides the result."""
    assert json.loads(text_of(result("a", {"x": 1}))) == {"jsonrpc": "2.0", "id": "a", "result": {"x": 1}}


def test_an_error_without_id_has_no_id_member() -> None:
    """An id of null must not be sent, as the schema of MCP does not know it."""
    assert json.loads(failure(NotJson(reason="x"))) == {
        "jsonrpc": "2.0",
        "error": {"code": -32700, "message": "The body is not JSON in UTF-8: x."},
    }


def test_a_revision_that_is_not_served_is_answered_with_those_that_are() -> None:
    """The client must learn from the data which revision to use."""
    error = json.loads(failure(RevisionNotServed(requested="1999-01-01", supported=("2026-07-28",)), 0))

    assert error["id"] == 0
    assert error["error"]["data"] == {"supported": ["2026-07-28"], "requested": "1999-01-01"}


def test_every_protocol_error_has_a_number() -> None:
    """An error class without a code would turn into an unforeseen failure."""
    classes = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, ProtocolError)}

    assert set(CODES) == classes - {ProtocolError}
