"""Forms at the terminal."""

from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner

from mxcp_flask.cli import asking
from mxcp_flask.errors import QuestionUnanswerable

DAYS = {"type": "string", "enum": ["mo", "tu"], "enumNames": ["Monday", "Tuesday"]}
TITLED = {"type": "string", "oneOf": [{"const": "r", "title": "Red"}, {"const": "b", "title": "Blue"}]}
MANY = {"type": "array", "items": {"type": "string", "enum": ["x", "y", "z"]}}


def ask(monkeypatch: pytest.MonkeyPatch, typed: str, properties: dict[str, Any], *required: str) -> tuple[Any, str]:
    """Ask a form of somebody who types, and return what was answered, and what was shown."""
    schema = {"type": "object", "properties": properties, "required": list(required)}
    asked = {"q": {"method": "elicitation/create", "params": {"message": "Well?", "requestedSchema": schema}}}
    answers: list[Any] = []

    @click.command()
    def command() -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        answers.append(asking.answer("https://h.example/mcp", "tool", asked, {}))

    result = CliRunner().invoke(command, input=typed)
    assert result.exit_code == 0, result.output
    return answers[0]["q"], result.output


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ({"type": "string"}, "some words", "some words"),
        ({"type": "integer"}, "x\n5", 5),
        ({"type": "number"}, "0.5", 0.5),
        ({"type": "boolean"}, "y", True),
        ({"type": "string", "default": "as before"}, "", "as before"),
        ({"type": "integer", "default": 3}, "", 3),
        (DAYS, "we\ntu", "tu"),
        (DAYS, "Monday", "mo"),
        (TITLED, "Blue", "b"),
        (MANY, "x, z", ["x", "z"]),
        ({**MANY, "default": ["y"]}, "", ["y"]),
    ],
)
def test_fields(monkeypatch: pytest.MonkeyPatch, field: dict[str, Any], typed: str, value: Any) -> None:
    """Each kind of field must be read as its type, and asked again until it can be."""
    answer, shown = ask(monkeypatch, f"{typed}\n", {"f": field}, "f")

    assert answer == {"action": "accept", "content": {"f": value}}
    assert "https://h.example/mcp asks: Well?" in shown


def test_what_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that is not required must be left out when nothing is typed."""
    fields = {"a": {"type": "integer"}, "b": {**MANY}, "c": {"type": "string", "description": "Why\x1b[0m"}}

    answer, shown = ask(monkeypatch, "\n\n\n", fields)

    assert answer == {"action": "accept", "content": {}}
    assert "\x1b" not in shown


@pytest.mark.parametrize(("typed", "action"), [("y", "accept"), ("n", "decline"), ("", "decline")])
def test_a_form_without_fields(monkeypatch: pytest.MonkeyPatch, typed: str, action: str) -> None:
    """It is a question for yes or no, and no unless it is yes."""
    answer, _ = ask(monkeypatch, f"{typed}\n", {})

    assert answer["action"] == action


def test_what_is_no_form() -> None:
    """What only a model or an editor could answer must be refused by name."""
    with pytest.raises(QuestionUnanswerable, match="sampling/createMessage"):
        asking.answer("https://h.example/mcp", "tool", {"q": {"method": "sampling/createMessage", "params": {}}}, {})
