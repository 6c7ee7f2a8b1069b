"""Tests of mxcp_flask.mcp.request_state: what clients carry between the rounds of a request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mcp.asking import Clock, accept, ask, result, server, somebody
from tests.mcp.client import Client
from tests.mcp.fakes import FakeDatabase

SURE = {"sure": accept(sure=True, why="old")}
LAST = {"last": accept(word="yes")}


@pytest.fixture
def clock() -> Clock:
    """Return a clock that a test can move."""
    return Clock()


@pytest.fixture
def asker(database: FakeDatabase, clock: Clock) -> Client:
    """Return a client of a server that asks."""
    return Client(server(database, clock), somebody())


@pytest.fixture
def state(asker: Client) -> str:
    """Return the state that holds the first round's answer."""
    found: str = result(ask(asker, inputResponses=SURE))["requestState"]
    return found


def test_another_process_goes_on(database: FakeDatabase, clock: Clock, state: str) -> None:
    """A server with the same key must know the answers, though it never saw the first round."""
    other = Client(server(database, clock), somebody())

    assert result(ask(other, inputResponses=LAST, requestState=state))["resultType"] == "complete"


@pytest.mark.parametrize(
    "change", [lambda s: s + "!", lambda s: s + "x", lambda s: "x" + s, lambda s: s[:-1], lambda s: s.swapcase()]
)
def test_a_changed_state_is_refused(asker: Client, database: FakeDatabase, state: str, change: Any) -> None:
    """Not one letter may differ."""
    assert ask(asker, inputResponses=LAST, requestState=change(state)).outcome == (400, -32602)
    assert database.calls == []


@pytest.mark.parametrize("odd", ["", "x", "a.b", 7, [], {}, True, "\u0000", "é.ü"])
def test_an_odd_state_is_refused(asker: Client, odd: Any) -> None:
    """What was never a state must be named an error."""
    assert ask(asker, requestState=odd).outcome == (400, -32602)


def test_another_person_cannot_use_it(asker: Client, state: str) -> None:
    """A state must count for the person and client that it was given to."""
    for principal in ("github:2 client", "github:1 other", ""):
        other = Client(asker.server, somebody(principal))
        assert ask(other, inputResponses=LAST, requestState=state).outcome == (400, -32602)


@pytest.mark.parametrize(
    ("name", "changed"), [("delete", {"arguments": {"table": "people"}}), ("many", {}), ("delete", {"more": 1})]
)
def test_it_counts_for_one_request(asker: Client, state: str, name: str, changed: dict[str, Any]) -> None:
    """What was agreed to for one call must not be agreement to another."""
    assert ask(asker, name, inputResponses=LAST, requestState=state, **changed).outcome == (400, -32602)


def test_it_counts_for_one_method(asker: Client) -> None:
    """A state of a tool must not count for a prompt of its name."""
    state = result(ask(asker, "ask", "prompts/get"))["requestState"]
    assert ask(asker, "shop://ask", "resources/read", requestState=state).outcome == (400, -32602)


def test_another_key_did_not_sign_it(database: FakeDatabase, clock: Clock, state: str) -> None:
    """A state that another server signed must be refused."""
    other = Client(server(database, clock, b"o" * 32), somebody())
    assert ask(other, inputResponses=LAST, requestState=state).outcome == (400, -32602)


@pytest.mark.parametrize(("seconds", "outcome"), [(600, (200, None)), (601, (400, -32602))])
def test_it_ends_after_ten_minutes(asker: Client, clock: Clock, state: str, seconds: int, outcome: Any) -> None:
    """A state must last as long as a person needs, and no longer."""
    clock.now += seconds

    assert ask(asker, inputResponses=LAST, requestState=state).outcome == outcome
