"""Tests of the faults that broken types and parameters are reported with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endpoints.helpers import HEAD, expect_fault, load_text

# Each broken parameter: its definition, then the place below it and a part of the message.
BROKEN_PARAMETERS: list[tuple[str, str, str]] = [
    ("[]", "", "must be a mapping"),
    ("{type: string}", "name", "is missing"),
    ("{name: p}", "type", "is missing"),
    ("{name: 1p, type: string}", "name", "not starting with a digit"),
    ("{name: a-b, type: string}", "name", '(got "a-b")'),
    ('{name: "p\\n", type: string}', "name", "must be letters"),
    ("{name: p, type: int}", "type", '(got "int")'),
    ("{name: p, type: [string, 'null']}", "type", "must be text"),
    ("{name: p, type: string, format: color}", "format", "must be one of email, uri, date"),
    ("{name: p, type: string, minLength: -1}", "minLength", "must be at least 0 (got -1)"),
    ("{name: p, type: string, minLength: true}", "minLength", "must be a whole number"),
    ("{name: p, type: string, minLength: 3, maxLength: 2}", "minLength", "must not be more than maxLength (2)"),
    ("{name: p, type: string, pattern: '('}", "pattern", "is not a regular expression"),
    ("{name: p, type: integer, minimum: '1'}", "minimum", 'must be a number (got "1")'),
    ("{name: p, type: integer, maximum: .inf}", "maximum", "NaN or Infinity"),
    ("{name: p, type: number, default: .nan}", "default", "NaN or Infinity"),
    ('{name: p, type: string, description: "\\ud800"}', "description", "valid Unicode"),
    ("{name: p, type: integer, minimum: 3, maximum: 2}", "minimum", "must not be more than maximum (2)"),
    ("{name: p, type: integer, multipleOf: 0}", "multipleOf", "must be more than 0 (got 0)"),
    ("{name: p, type: array, items: string}", "items", "must be a mapping"),
    ("{name: p, type: array, items: {type: text}}", "items.type", '(got "text")'),
    ("{name: p, type: array, minItems: 2, maxItems: 1}", "minItems", "must not be more than maxItems (1)"),
    ("{name: p, type: object, properties: [a]}", "properties", "must be a mapping of property names"),
    ("{name: p, type: object, properties: {a: {}}}", "properties.a.type", "is missing"),
    ("{name: p, type: object, properties: {yes: {type: string}}}", "properties.True", "put it in quotes"),
    ("{name: p, type: object, required: a}", "required", "must be a list"),
    ("{name: p, type: string, enum: []}", "enum", "at least one value"),
    ("{name: p, type: string, enum: [yes, 'no']}", "enum", "must be text (got true)"),
    ("{name: p, type: integer, enum: [1, 2], default: 3}", "default", "must be one of 1, 2 (got 3)"),
    ("{name: p, type: integer, default: '5'}", "default", 'must be an integer (got "5")'),
    ("{name: p, type: integer, maximum: 5, default: 6}", "default", "must be at most 5 (got 6)"),
    ("{name: p, type: string, format: time, default: 12:30:00}", "default", "must be text (got 45000)"),
    ("{name: p, type: integer, minimum: 1, examples: [1, 0]}", "examples", "must be at least 1 (got 0)"),
    ("{name: p, type: array, items: {type: integer, default: x}}", "items.default", "must be an integer"),
    ("{name: p, type: array, items: {type: integer}, default: [1, x]}", "default", "[1]: must be an integer"),
]


@pytest.mark.parametrize(("definition", "where", "part"), BROKEN_PARAMETERS)
def test_broken_parameter(tmp_path: Path, definition: str, where: str, part: str) -> None:
    """A broken parameter is reported with its line, its number and what to change."""
    text = HEAD + "  parameters:\n    - {name: fine, type: string}\n    - " + definition + "\n"
    place = f"tool.parameters.1.{where}" if where else "tool.parameters.1"

    expect_fault(tmp_path, text, 7, place, part)


def test_sensitive_default_is_not_shown(tmp_path: Path) -> None:
    """A fault about a sensitive parameter does not hold its value."""
    text = HEAD + "  parameters: [{name: p, type: string, sensitive: true, maxLength: 3, default: hunter2}]\n"

    (fault,) = load_text(tmp_path, text).faults

    assert "hunter2" not in str(fault)
