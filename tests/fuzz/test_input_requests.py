"""What clients send back between the rounds of a request."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.effort import examples
from tests.fuzz.texts import json_values, texts
from tests.mcp.asking import Clock, accept, ask, result, server, somebody
from tests.mcp.client import Client
from tests.mcp.fakes import FakeDatabase

DATABASE = FakeDatabase()
SAMPLED = {"role": "assistant", "content": {"type": "text", "text": "Fine"}, "model": "m"}
GOOD: dict[str, Any] = {
    "sure": accept(sure=True, why="old"),
    "words": SAMPLED,
    "roots": {"roots": [{"uri": "file:///a"}]},
}


@pytest.fixture(scope="module")
def asker() -> Client:
    """Return a client of a server that asks."""
    return Client(server(DATABASE, Clock()), somebody())


@examples(200)
@given(
    name=st.sampled_from(("sure", "words", "roots")),
    odd=json_values | st.fixed_dictionaries({"action": json_values, "content": json_values}),
    whole=st.none() | json_values,
)
def test_odd_responses_get_a_designed_answer(asker: Client, name: str, odd: Any, whole: Any) -> None:
    """Whatever is sent, it must run, be asked again, be declined or be named an error; no failure of ours."""
    responses = {**GOOD, name: odd} if whole is None else whole

    answer = ask(asker, "many", inputResponses=responses)

    assert answer.outcome in {(200, None), (400, -32602), (400, -32700)}  # the last where the values are no JSON


@examples(200)
@given(at=st.integers(0, 400), cut=st.integers(0, 3), text=texts)
def test_no_changed_state_is_believed(asker: Client, at: int, cut: int, text: str) -> None:
    """A state that differs in anything must be refused, and nothing may run."""
    first = {"sure": accept(sure=True, why="old")}
    state = result(ask(asker, inputResponses=first))["requestState"]
    at %= len(state) + 1
    other = state[:at] + text + state[at + cut :]
    DATABASE.calls.clear()

    answer = ask(asker, inputResponses={"last": accept(word="yes")}, requestState=other)

    assert answer.outcome in (
        {(200, None)} if other == state else {(400, -32602), (400, -32700)}
    )  # the last where the text is no JSON
    assert bool(DATABASE.calls) == (other == state)
