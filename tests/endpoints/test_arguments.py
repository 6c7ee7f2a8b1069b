"""Tests of checking and converting the arguments of a call."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from typing import Any

import pytest

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.errors import ArgumentsInvalid
from tests.endpoints.helpers import make_tool


def faults_of(arguments: Any, *definitions: dict[str, Any]) -> str:
    """Return what is said of the arguments of a call that must be refused."""
    with pytest.raises(ArgumentsInvalid) as caught:
        bind(make_tool(*definitions), arguments)
    return str(caught.value.facts["faults"])


@pytest.mark.parametrize(
    ("definition", "value", "expected"),
    [
        ({"type": "string"}, "x", "x"),
        ({"type": "string"}, 5, "5"),
        ({"type": "string"}, True, "true"),
        ({"type": "string", "enum": ["1", "2"]}, 1, "1"),
        ({"type": "string", "minLength": 2, "maxLength": 2, "pattern": "^a"}, "ab", "ab"),
        ({"type": "string", "format": "email"}, "ada@example.org", "ada@example.org"),
        ({"type": "string", "format": "uri"}, "urn:x", "urn:x"),
        ({"type": "string", "format": "date"}, "2024-01-02", date(2024, 1, 2)),
        ({"type": "string", "format": "time"}, "10:11:12", time(10, 11, 12)),
        ({"type": "string", "format": "date-time"}, "2024-01-02T03:04:05", datetime(2024, 1, 2, 3, 4, 5)),
        (
            {"type": "string", "format": "date-time"},
            "2024-01-02T03:04:05Z",
            datetime(2024, 1, 2, 3, 4, 5, tzinfo=timezone.utc),
        ),
        ({"type": "string", "format": "timestamp"}, 86400, datetime(1970, 1, 2)),
        ({"type": "string", "format": "timestamp"}, "86400", datetime(1970, 1, 2)),
        ({"type": "string", "format": "duration"}, "P1MT2H", "1 months 2 hours"),
        ({"type": "number"}, 5, 5.0),
        ({"type": "number"}, "1.5", 1.5),
        ({"type": "number", "multipleOf": 0.01}, 19.99, 19.99),
        ({"type": "number", "multipleOf": 0.1}, 0.3, 0.3),
        ({"type": "number", "minimum": 0, "maximum": 1}, 1, 1.0),
        ({"type": "integer"}, 5.0, 5),
        ({"type": "integer"}, "5", 5),
        ({"type": "integer"}, 2**127 - 1, 2**127 - 1),
        ({"type": "integer", "enum": [1, 2]}, "1", 1),
        ({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 3, "multipleOf": 2}, 2, 2),
        ({"type": "boolean"}, "yes", True),
        ({"type": "boolean"}, 0, False),
        ({"type": "array"}, [1, "x"], [1, "x"]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}, '["1", 2]', [1, 2]),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, ["2024-01-02"], [date(2024, 1, 2)]),
        ({"type": "array", "uniqueItems": True}, [1, True], [1, True]),
        ({"type": "object"}, '{"a": [1]}', {"a": [1]}),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "number"}},
                "required": ["a"],
                "additionalProperties": False,
            },
            {"a": "3"},
            {"a": 3.0},
        ),
        ({"type": "object", "properties": {"a": {"type": "string", "format": "date"}}}, {"b": 1}, {"b": 1}),
    ],
)
def test_binds(definition: dict[str, Any], value: Any, expected: Any) -> None:
    """A fitting argument becomes the Python value of its type and format."""
    found = bind(make_tool({"name": "p", **definition}), {"p": value})["p"]

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("definition", "value", "fault"),
    [
        ({"type": "string"}, ["x"], "p: must be text"),
        ({"type": "string"}, None, "p: must be text (got null)"),
        ({"type": "string", "minLength": 2}, "x", 'p: must have at least 2 characters (got "x")'),
        ({"type": "string", "maxLength": 2}, "xyz", 'p: must have at most 2 characters (got "xyz")'),
        ({"type": "string", "pattern": "^a"}, "b", 'p: must match the pattern ^a (got "b")'),
        ({"type": "string", "enum": ["a", "b"]}, "c", 'p: must be one of "a", "b" (got "c")'),
        ({"type": "string", "format": "email"}, "x", 'p: must be an e-mail address such as name@example.org (got "x")'),
        ({"type": "string", "format": "uri"}, "x", 'p: must be a URI such as https://example.org/page (got "x")'),
        ({"type": "string", "format": "date"}, "1.2.24", 'p: must be a date such as 2024-12-31 (got "1.2.24")'),
        ({"type": "string", "format": "time"}, "noon", 'p: must be a time such as 23:59:00 (got "noon")'),
        (
            {"type": "string", "format": "date-time"},
            "noon",
            'p: must be a date and time such as 2024-12-31T23:59:00Z (got "noon")',
        ),
        (
            {"type": "string", "format": "timestamp"},
            1e20,
            "p: must be seconds since 1970-01-01 UTC, or a date and time such as 2024-12-31T23:59:00Z (got 1e+20)",
        ),
        ({"type": "string", "format": "timestamp"}, True, "p: must be a number or text (got true)"),
        ({"type": "string", "format": "duration"}, "1d", 'p: must be an ISO 8601 duration such as P1DT2H (got "1d")'),
        ({"type": "number"}, "many", 'p: must be a number (got "many")'),
        ({"type": "number"}, True, "p: must be a number (got true)"),
        ({"type": "number"}, float("nan"), "p: must not hold NaN or Infinity"),
        ({"type": "number"}, "1e999", "p: must not hold NaN or Infinity"),
        ({"type": "number", "minimum": 1}, 0.5, "p: must be at least 1 (got 0.5)"),
        ({"type": "number", "maximum": 1}, 1.5, "p: must be at most 1 (got 1.5)"),
        ({"type": "number", "exclusiveMinimum": 1}, 1, "p: must be more than 1 (got 1)"),
        ({"type": "number", "exclusiveMaximum": 1}, 1, "p: must be less than 1 (got 1)"),
        ({"type": "number", "multipleOf": 0.01}, 0.005, "p: must be a multiple of 0.01 (got 0.005)"),
        ({"type": "integer"}, "5.5", "p: must be an integer (got 5.5)"),
        ({"type": "integer"}, "five", 'p: must be an integer (got "five")'),
        ({"type": "integer"}, 2**127, "p: must not hold integers of more than 128 bits"),
        ({"type": "integer", "enum": [1, 2]}, "3", "p: must be one of 1, 2 (got 3)"),
        ({"type": "boolean"}, "maybe", 'p: must be true or false (got "maybe")'),
        ({"type": "array"}, "1, 2", 'p: must be a list (got "1, 2")'),
        ({"type": "array", "minItems": 1}, [], "p: must have at least 1 items"),
        ({"type": "array", "maxItems": 1}, [1, 2], "p: must have at most 1 items"),
        ({"type": "array", "uniqueItems": True}, [1, 1], "p: must not hold the same item twice"),
        ({"type": "array", "items": {"type": "integer"}}, [1, "x"], 'p[1]: must be an integer (got "x")'),
        ({"type": "object"}, "x", 'p: must be an object (got "x")'),
        ({"type": "object", "required": ["a", "b"]}, {}, "p: lacks a, b"),
        ({"type": "object", "additionalProperties": False}, {"a": 1}, "p: does not know a (known: none)"),
        ({"type": "object"}, {"\ud800": 1}, "p: must be valid Unicode text (it holds half of a surrogate pair)"),
        (
            {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "boolean"}}}},
            {"a": [True, 5]},
            "p.a[1]: must be true or false (got 5)",
        ),
    ],
)
def test_refuses(definition: dict[str, Any], value: Any, fault: str) -> None:
    """An unfit argument is named with its place, what would be right, and what came."""
    assert faults_of({"p": value}, {"name": "p", **definition}) == fault


def test_every_fault_at_once() -> None:
    """One answer holds all that has to change: values, missing and unknown names."""
    found = faults_of(
        {"top": 99, "limit": 3, "since": "x"},
        {"name": "top", "type": "integer", "maximum": 50},
        {"name": "since", "type": "string", "format": "date"},
        {"name": "owner", "type": "string"},
    )

    assert found.split("; ") == [
        '"limit" is not an argument of tried (known: top, since, owner)',
        "owner: is missing",
        "top: must be at most 50 (got 99)",
        'since: must be a date such as 2024-12-31 (got "x")',
    ]


def test_message_reads_whole() -> None:
    """The error's text names the faults, for a language model to read."""
    with pytest.raises(ArgumentsInvalid, match=r"^Invalid arguments: top: must be at most 50 \(got 99\)\.$"):
        bind(make_tool({"name": "top", "type": "integer", "maximum": 50}), {"top": 99})


@pytest.mark.parametrize("arguments", [[], "x", 5, True])
def test_arguments_must_be_an_object(arguments: Any) -> None:
    """Anything but an object is refused as a whole."""
    assert faults_of(arguments) == "the arguments must be an object of names and values"


def test_no_arguments() -> None:
    """A call without arguments is a call with an empty object."""
    assert bind(make_tool({"name": "p", "type": "integer", "default": 3}), None) == {"p": 3}


@pytest.mark.parametrize("arguments", [{}, {"p": None}])
def test_defaults(arguments: dict[str, Any]) -> None:
    """A missing argument and an explicit null both mean the default, converted as an argument would be."""
    tool = make_tool({"name": "p", "type": "string", "format": "date", "default": "2024-01-02"})

    assert bind(tool, arguments) == {"p": date(2024, 1, 2)}


@pytest.mark.parametrize("arguments", [{}, {"p": None}])
def test_null_default(arguments: dict[str, Any]) -> None:
    """A default of null is SQL NULL, whatever the type."""
    assert bind(make_tool({"name": "p", "type": "object", "default": None}), arguments) == {"p": None}


def test_many_faults_are_counted() -> None:
    """A list that is wrong throughout does not make an endless answer."""
    found = faults_of({"p": ["x"] * 1000}, {"name": "p", "type": "array", "items": {"type": "integer"}})

    assert found.endswith("; and 980 more")


def test_long_values_are_cut() -> None:
    """An endless value is shown by its beginning."""
    found = faults_of({"p": "x" * 10_000}, {"name": "p", "type": "integer"})

    assert len(found) < 120


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ({"type": "string", "maxLength": 3}, "hunter2"),
        ({"type": "string", "enum": ["a"]}, "hunter2"),
        ({"type": "string", "format": "date"}, "hunter2"),
        ({"type": "integer"}, "hunter2"),
        ({"type": "object"}, "{hunter2"),
        ({"type": "array", "items": {"type": "string", "maxLength": 3}}, ["hunter2"]),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": "hunter2"}),
    ],
)
def test_sensitive_values_are_not_shown(definition: dict[str, Any], value: Any) -> None:
    """No message holds the value of a sensitive parameter, or of anything inside it."""
    assert "hunter2" not in faults_of({"p": value}, {"name": "p", "sensitive": True, **definition})


def test_sensitive_parts_are_not_shown() -> None:
    """An object that has a sensitive part is never shown as a whole, even when it cannot be read."""
    definition = {"name": "p", "type": "object", "properties": {"key": {"type": "string", "sensitive": True}}}

    assert faults_of({"p": '{"key": "hunter2"'}, definition) == "p: must be an object"


def test_broken_argument_name() -> None:
    """A name that is not Unicode is answered in text that can be sent."""
    faults_of({"\ud800": 1}).encode("utf-8")
