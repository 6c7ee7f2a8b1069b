"""Tests of mxcp_flask.mcp.running: cancelling a request."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.running import Running
from tests.mcp.client import ALICE, Client
from tests.mcp.fakes import FakeDatabase


def test_a_request_of_the_same_sign_in_is_cancelled() -> None:
    """Only the request of that id and that sign-in must be told."""
    running = Running()
    wanted, other, others = (running.watch(*who, None) for who in (("a", 1), ("a", 2), ("b", 1)))

    running.cancel("a", {"requestId": 1})

    assert wanted
    assert other
    assert others
    assert (wanted(), other(), others()) == (False, True, True)


@pytest.mark.parametrize("params", [None, [], {}, {"requestId": None}, {"requestId": []}, {"requestId": "1"}])
def test_odd_cancellations_do_nothing(params: Any) -> None:
    """What names no request must be ignored."""
    running = Running()
    alive = running.watch("a", 1, None)

    running.cancel("a", params)

    assert alive
    assert alive()


def test_the_connection_counts_too() -> None:
    """A request must end with its connection, cancelled or not, signed in or not."""
    for grant in ("a", ""):
        alive = Running().watch(grant, 1, lambda: False)
        assert alive
        assert not alive()


def test_nobody_cancels_for_strangers() -> None:
    """Without sign-in, clients cannot be told from each other, so that none must end another's request."""
    running = Running()
    assert running.watch("", 1, None) is None
    running.cancel("", {"requestId": 1})


def test_an_answered_request_is_forgotten() -> None:
    """Cancelling what has ended must do nothing, and nothing of it must be kept."""
    running = Running()
    alive = running.watch("a", 1, None)
    assert alive
    del alive

    running.cancel("a", {"requestId": 1})

    assert not running._flags


def test_a_legacy_notification_cancels(server: McpServer, database: FakeDatabase) -> None:
    """The session of a cancelled request must learn that nobody waits for it."""
    client = Client(server, Caller(ALICE, None, principal="p", grant="g"))
    client.legacy("tools/call", {"name": "orders"})
    alive = database.alive
    assert alive
    assert alive()

    note = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}}
    assert client.post(note, {"mcp-protocol-version": "2025-11-25"}).outcome == (202, None)

    assert not alive()
