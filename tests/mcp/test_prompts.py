"""Tests of mxcp_flask.mcp.prompts, prompt_forms and contents."""

from __future__ import annotations

import base64
from datetime import date, datetime
from typing import Any

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.errors import ScopeMissing
from mxcp_flask.mcp import Caller, McpServer
from mxcp_flask.mcp.revisions import REVISIONS
from mxcp_flask.mcp.template_values import template_values
from tests.mcp.client import ALICE, Client
from tests.mcp.nouns import PIXEL

every_revision = pytest.mark.parametrize("version", REVISIONS)
IMAGE = {"type": "image", "data": base64.b64encode(PIXEL).decode(), "mimeType": "image/png"}
AUDIO = {"type": "audio", "data": base64.b64encode(b"RIFF").decode(), "mimeType": "audio/wav"}
LINK = {"type": "resource_link", "uri": "shop://orders/7", "name": "Order 7", "description": "The order"}


def get(client: Client, version: str, name: str, arguments: Any = None) -> Any:
    """Return the result of prompts/get."""
    params = {"name": name} if arguments is None else {"name": name, "arguments": arguments}
    result = client.call(version, "prompts/get", params).json["result"]
    validate_server_result("prompts/get", version, result)
    return result


@every_revision
def test_prompts_are_listed_with_their_arguments(full: Client, version: str) -> None:
    """An entry must say what the prompt is for, and which arguments it needs."""
    result = full.call(version, "prompts/list").json["result"]
    validate_server_result("prompts/list", version, result)
    administer, everything, greet = result["prompts"]

    assert administer == {"name": "administer"}
    assert [argument["required"] for argument in everything["arguments"]] == [True]
    title = {"title": "Greeting"} if REVISIONS[version].titles else {}
    assert greet == {
        "name": "greet",
        **title,
        "description": "Greets somebody",
        "arguments": [
            {"name": "who", "description": "Whom to greet", "required": True},
            {"name": "times", "required": False},
        ],
    }


@every_revision
def test_prompts_are_listed_to_those_who_may_use_them(full_server: McpServer, version: str) -> None:
    """A prompt must be withheld as long as a scope is missing, and asked for by name it must ask for the scope."""
    client = Client(full_server, Caller(ALICE, frozenset()))
    listed = client.call(version, "prompts/list").json["result"]["prompts"]

    assert [prompt["name"] for prompt in listed] == ["everything", "greet"]
    with pytest.raises(ScopeMissing):
        client.call(version, "prompts/get", {"name": "administer"})


def test_the_list_may_be_kept_but_not_what_was_filled_in(full: Client) -> None:
    """Cache hints must stand where the protocol has them."""
    assert full.modern("prompts/list").json["result"]["ttlMs"] == 60_000
    assert "ttlMs" not in full.modern("prompts/get", {"name": "administer"}).json["result"]


@every_revision
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"who": "Ada", "times": "2"}, "Greet Ada 2 times."),
        ({"who": "Bo"}, "Greet Bo 1 times."),
        ({"who": "Bo", "times": 3}, "Greet Bo 3 times."),
    ],
)
def test_a_prompt_is_filled_in(full: Client, version: str, arguments: Any, text: str) -> None:
    """Texts must stand for values, defaults fill the gaps, and roles stay as declared."""
    result = get(full, version, "greet", arguments)

    assert result["description"] == "Greets somebody"
    assert [(each["role"], each["content"]) for each in result["messages"]] == [
        ("user", {"type": "text", "text": text}),
        ("assistant", {"type": "text", "text": f"Hello {arguments['who']}"}),
    ]


@every_revision
def test_messages_carry_every_type_of_content_that_the_revision_has(full: Client, version: str) -> None:
    """Images, audio, resources and links must arrive; where a revision lacks the type, as a text in its place."""
    text, image, audio, embedded, binary, link = [
        message["content"] for message in get(full, version, "everything", {"id": "7"})["messages"]
    ]

    assert text == {"type": "text", "text": "Look:"}
    assert image == IMAGE
    assert embedded["resource"] == {"uri": "shop://orders/7", "mimeType": "text/plain", "text": "Order 7"}
    assert binary["resource"] == {"uri": "shop://logo", "mimeType": "image/png", "blob": IMAGE["data"]}
    assert link == (LINK if REVISIONS[version].links else {"type": "text", "text": "Order 7: shop://orders/7"})
    assert audio == AUDIO if REVISIONS[version].audio else audio["type"] == "text"


@pytest.mark.parametrize(
    ("arguments", "texts"),
    [
        ({}, ["who", "missing"]),
        (None, ["who", "missing"]),
        ({"who": "Ada", "whom": "Bo"}, ["whom", "known: who, times"]),
        ({"who": "Eve"}, ["who", "Ada"]),
        ({"who": "Ada", "times": "often"}, ["times", "integer"]),
        ([], ["must be an object"]),
        ("who=Ada", ["must be an object"]),
    ],
)
@every_revision
def test_arguments_that_do_not_fit_are_named(full: Client, version: str, arguments: Any, texts: list[str]) -> None:
    """Missing, unknown and wrong arguments must be an error that says which, and what would be right."""
    answer = full.call(version, "prompts/get", {"name": "greet", "arguments": arguments})

    assert answer.outcome == ((400, -32602) if version == "2026-07-28" else (200, -32602))
    for text in texts:
        assert text in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("name", "message"),
    [("nope", "unknown prompt 'nope'"), ("x" * 500, f"unknown prompt '{'x' * 128}'"), (5, "'name' must be a string")],
)
def test_an_unknown_prompt_is_refused(full: Client, name: Any, message: str) -> None:
    """The message must name what was asked for, within reason."""
    answer = full.legacy("prompts/get", {"name": name})

    assert answer.outcome == (200, -32602)
    assert message in answer.json["error"]["message"]


def test_an_argument_is_no_template(full: Client) -> None:
    """What a client sends must be filled in as text, never run."""
    message = full.modern("prompts/get", {"name": "everything", "arguments": {"id": "{{ 7 * 7 }}"}})

    assert message.outcome == (400, -32602)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (5.0, 5),
        (0.5, 0.5),
        (True, True),
        ("5.0", "5.0"),
        (date(2026, 7, 28), "2026-07-28"),
        (datetime(2026, 7, 28, 9, 30), "2026-07-28T09:30:00"),
        ([1, "a"], [1, "a"]),
    ],
)
def test_values_look_in_a_text_as_they_were_written(value: Any, shown: Any) -> None:
    """A number or a date must not take the form of a programming language."""
    assert template_values({"v": value}) == {"v": shown}
    assert type(template_values({"v": value})["v"]) is type(shown)


def test_a_null_is_nothing() -> None:
    """A default of null must leave its place in the text empty."""
    assert template_values({"v": None}) == {}


def test_the_log_names_the_prompt(full: Client) -> None:
    """The name is logged when there is such a prompt, and a stranger's text never."""
    assert full.modern("prompts/get", {"name": "greet"}).reply.name == "greet"
    assert full.modern("prompts/get", {"name": "orders"}).reply.name is None
