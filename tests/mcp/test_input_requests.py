"""Tests of mxcp_flask.mcp.input_requests and input_answers: an endpoint that asks before it runs."""

from __future__ import annotations

from typing import Any

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.engine import Rows
from tests.mcp.asking import ROOTS, SCHEMA, Clock, accept, ask, result, server, somebody
from tests.mcp.client import MODERN, Client
from tests.mcp.fakes import FakeDatabase

SAMPLED = {"role": "assistant", "content": {"type": "text", "text": "Fine orders"}, "model": "m"}


@pytest.fixture
def asker(database: FakeDatabase) -> Client:
    """Return a client of a server that asks."""
    return Client(server(database, Clock()), somebody())


def test_the_first_round_is_asked(asker: Client, database: FakeDatabase) -> None:
    """A call must be answered with the requests of the first round, filled in, and nothing may run."""
    asked = result(ask(asker))

    validate_server_result("tools/call", MODERN, dict(asked))
    assert asked["resultType"] == "input_required"
    assert asked["inputRequests"] == {
        "sure": {
            "method": "elicitation/create",
            "params": {
                "mode": "form",
                "message": "Delete orders?",
                "requestedSchema": {**SCHEMA, "title": "{{ table }}"},
            },
        }
    }
    assert database.calls == []


def test_rounds_end_with_the_call(asker: Client, database: FakeDatabase) -> None:
    """The second round must know the first one's answers, and the SQL must get all of them as JSON text."""
    first = result(ask(asker))
    answers = {"sure": accept(sure=True, why="old")}
    second = result(ask(asker, inputResponses=answers, requestState=first["requestState"]))
    assert list(second["inputRequests"]) == ["last"]
    assert second["inputRequests"]["last"]["params"]["message"] == "You said old. Really?"
    assert second["requestState"] != first["requestState"]

    done = result(ask(asker, inputResponses={"last": accept(word="yes")}, requestState=second["requestState"]))

    assert (done["resultType"], done["isError"]) == ("complete", False)
    [(_, _, values)] = database.calls
    assert values == {"table": "orders", "sure": '{"sure":true,"why":"old"}', "last": '{"word":"yes"}'}


def test_several_requests_are_asked_at_once(asker: Client, database: FakeDatabase) -> None:
    """Each kind must be asked in its own way; what is answered must not be asked again."""
    asked = result(ask(asker, "many"))
    assert {name: each["method"] for name, each in asked["inputRequests"].items()} == {
        "sure": "elicitation/create",
        "words": "sampling/createMessage",
        "roots": "roots/list",
    }
    assert asked["inputRequests"]["roots"]["params"] == ROOTS.params

    some = {"sure": accept(sure=False), "words": SAMPLED}
    left = result(ask(asker, "many", inputResponses=some, requestState=asked["requestState"]))
    assert list(left["inputRequests"]) == ["roots"]
    roots = {"roots": {"roots": [{"uri": "file:///a"}]}}
    result(ask(asker, "many", inputResponses=roots, requestState=left["requestState"]))

    [(_, _, values)] = database.calls
    assert values == {
        "sure": '{"sure":false}',
        "words": '{"role":"assistant","content":{"type":"text","text":"Fine orders"},"model":"m"}',
        "roots": '[{"uri":"file:///a"}]',
    }


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_who_declines_is_obeyed(asker: Client, database: FakeDatabase, action: str) -> None:
    """Nothing may run, and the model must learn why."""
    declined = result(ask(asker, inputResponses={"sure": {"action": action}}))

    assert declined["isError"]
    assert "declined" in declined["content"][0]["text"]
    assert database.calls == []


@pytest.mark.parametrize(
    "responses",
    [
        {},
        {"other": accept(sure=True)},
        {"last": accept(word="yes")},
        {"sure": accept()},
        {"sure": accept(sure="perhaps")},
        {"sure": {"action": "accept"}},
        {"sure": {"action": "accept", "content": []}},
    ],
)
def test_what_is_missing_is_asked_again(asker: Client, database: FakeDatabase, responses: Any) -> None:
    """No answer, another one's, one out of turn, or one that does not fit the schema must lead to the same question."""
    assert list(result(ask(asker, inputResponses=responses))["inputRequests"]) == ["sure"]
    assert database.calls == []


def test_what_was_not_asked_for_is_left_out(asker: Client, database: FakeDatabase) -> None:
    """Answers to other questions, and members that the schema lacks, must not reach the SQL."""
    extra = {"sure": accept(sure=True, admin=True), "more": accept(a=1), "words": SAMPLED}
    result(ask(asker, "many", inputResponses={**extra, "roots": {"roots": []}}))

    assert database.calls[0][2]["sure"] == '{"sure":true}'
    assert "more" not in database.calls[0][2]


@pytest.mark.parametrize(
    "responses",
    [
        None,
        [],
        "yes",
        {"sure": 12345},
        {"sure": None},
        {"sure": {"action": "perhaps"}},
        {"sure": {"action": []}},
        {"sure": {"content": {"sure": True}}},
        {"words": {}},
        {"words": {**SAMPLED, "content": "x"}},
        {"words": {**SAMPLED, "role": 1}},
        {"roots": []},
        {"roots": {"roots": {}}},
        {"roots": {"roots": ["file:///"]}},
        {"roots": {"roots": [{"name": "x"}]}},
    ],
)
def test_malformed_responses_are_refused(asker: Client, database: FakeDatabase, responses: Any) -> None:
    """What is no response of its kind is a fault of the client, and must be named."""
    assert ask(asker, "many", inputResponses=responses).outcome == (400, -32602)
    assert database.calls == []


def test_arguments_are_checked_before_anybody_is_asked(asker: Client) -> None:
    """Nobody must fill in a form for a call that cannot succeed."""
    assert result(ask(asker, arguments={}))["isError"]


def test_a_prompt_asks(asker: Client) -> None:
    """A prompt's texts must get the answer as an object."""
    asked = result(ask(asker, "ask", "prompts/get"))
    validate_server_result("prompts/get", MODERN, dict(asked))

    responses = {"sure": accept(sure=True, why="because")}
    done = result(ask(asker, "ask", "prompts/get", inputResponses=responses, requestState=asked["requestState"]))

    assert done["messages"][0]["content"]["text"] == "because"


def test_a_resource_asks(asker: Client, database: FakeDatabase) -> None:
    """A resource must ask as a tool does, and what asks must not be cached."""
    asked = result(ask(asker, "shop://ask", "resources/read"))
    assert "ttlMs" not in asked
    database.answer = Rows(("text",), [("sure",)])

    responses = {"sure": accept(sure=True)}
    done = result(ask(asker, "shop://ask", "resources/read", inputResponses=responses))

    assert done["contents"][0]["text"] == "sure"
    assert database.calls[0][2] == {"sure": '{"sure":true}'}


@pytest.mark.parametrize(("name", "method"), [("ask", "prompts/get"), ("shop://ask", "resources/read")])
def test_other_endpoints_say_that_it_was_declined(asker: Client, name: str, method: str) -> None:
    """Where a result cannot be an error, the protocol's error must say it."""
    assert ask(asker, name, method, inputResponses={"sure": {"action": "decline"}}).outcome == (400, -32602)
