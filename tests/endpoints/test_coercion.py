"""Tests of the lenient reading of what language models write."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.endpoints.coercion import coerce

NAN = float("nan")


@pytest.mark.parametrize(
    ("declared", "value", "expected"),
    [
        ("string", "x", "x"),
        ("string", 5, "5"),
        ("string", 5.5, "5.5"),
        ("string", True, "true"),
        ("string", False, "false"),
        ("string", None, None),
        ("string", ["x"], ["x"]),
        ("number", "1.5", 1.5),
        ("number", " -2e3 ", -2000),
        ("number", "one", "one"),
        ("number", True, True),
        ("integer", "5", 5),
        ("integer", "5.0", 5),
        ("integer", 5.0, 5),
        ("integer", "5.5", 5.5),
        ("integer", 5.5, 5.5),
        ("integer", "1e3", 1000),
        ("integer", "9007199254740993.0", 9007199254740993),
        ("integer", "", ""),
        ("integer", "0x10", "0x10"),
        ("integer", "9" * 5000, "9" * 5000),
        ("integer", True, True),
        ("boolean", "true", True),
        ("boolean", "False", False),
        ("boolean", "YES", True),
        ("boolean", "no", False),
        ("boolean", "1", True),
        ("boolean", 0, False),
        ("boolean", 2, 2),
        ("boolean", "maybe", "maybe"),
        ("array", "[1, 2]", [1, 2]),
        ("array", "3", "3"),
        ("array", "[1", "[1"),
        ("array", "[" * 100_000, "[" * 100_000),
        ("object", '{"a": 1}', {"a": 1}),
        ("object", "[1]", "[1]"),
    ],
)
def test_coerces(declared: str, value: Any, expected: Any) -> None:
    """What plainly means a value of the type becomes it; all else stays for the check to refuse."""
    found = coerce({"type": declared}, value)

    assert (found, type(found)) == (expected, type(expected))


def test_broken_numbers_stay_numbers() -> None:
    """NaN does not turn into text that would pass as a string."""
    assert coerce({"type": "string"}, NAN) is NAN


def test_seconds_of_a_timestamp_stay_numbers() -> None:
    """Text in the format timestamp may come as seconds."""
    assert coerce({"type": "string", "format": "timestamp"}, 1.5) == 1.5


def test_nested_values_and_defaults() -> None:
    """Items and properties are read by their own types, and missing properties get their defaults."""
    definition = {
        "type": "object",
        "properties": {
            "counts": {"type": "array", "items": {"type": "integer"}},
            "sure": {"type": "boolean", "default": True},
            "note": {"type": "string", "default": None},
        },
    }

    assert coerce(definition, '{"counts": "[\\"1\\", 2.0]", "other": "3"}') == {
        "counts": [1, 2],
        "other": "3",
        "sure": True,
    }


def test_caller_keeps_his_values() -> None:
    """Reading leaves the given value as it was."""
    given = {"a": "1"}

    assert coerce({"type": "object", "properties": {"a": {"type": "integer"}}}, given) == {"a": 1}
    assert given == {"a": "1"}


def test_integer_beyond_every_float() -> None:
    """A number for a text becomes its digits, however many they are."""
    assert coerce({"type": "string"}, 10**400) == str(10**400)
