"""Every type, format and constraint of endpoint files: a value that is accepted, and one that is refused.

Data for tests at several levels: of the checks alone, of MCP, and of the command line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """A definition with a value that fits it and one that does not."""

    name: str  # letters, digits and "_"
    definition: dict[str, Any]  # of the parameter "value", without its name
    good: Any
    bad: Any
    fragment: str  # of the refusal
    result: Any = ...  # what SQL that returns the value gives as JSON; by default the good value
    sql: str = "$value"  # what returns the value
    bad_as_text: bool = True  # whether the bad value is refused, too, when it comes as text, as on the command line

    @property
    def expected(self) -> Any:
        """Return the JSON value that comes back for the good one."""
        return self.good if self.result is ... else self.result


def as_text(value: Any) -> str:
    """Return ``value`` as somebody types it on a command line: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _string(**more: Any) -> dict[str, Any]:
    return {"type": "string", **more}


def _number(**more: Any) -> dict[str, Any]:
    return {"type": "number", **more}


def _integer(**more: Any) -> dict[str, Any]:
    return {"type": "integer", **more}


def _array(**more: Any) -> dict[str, Any]:
    return {"type": "array", **more}


def _object(**more: Any) -> dict[str, Any]:
    return {"type": "object", **more}


_DATE, _PAIR = _string(format="date"), {"a": _integer(), "b": _string()}

MATRIX: tuple[Case, ...] = (
    Case("string", _string(), "Zoë", {"a": 1}, "must be text", bad_as_text=False),
    Case("string_number", _string(), 5, [5], "must be text", "5", bad_as_text=False),
    Case("string_min_length", _string(minLength=2), "ab", "a", "must have at least 2 characters"),
    Case("string_max_length", _string(maxLength=2), "ab", "abc", "must have at most 2 characters"),
    Case("string_pattern", _string(pattern="^[a-z]+$"), "ab", "a1", "must match the pattern ^[a-z]+$"),
    Case("string_enum", _string(enum=["red", "green"]), "red", "blue", 'must be one of "red", "green"'),
    Case("email", _string(format="email"), "ada@example.org", "ada@example", "an e-mail address"),
    Case(
        "email_max_length", _string(format="email", maxLength=8), "a@b.org", "ada@example.org", "at most 8 characters"
    ),
    Case("uri", _string(format="uri"), "https://example.org/a?b=c", "example.org", "a URI such as"),
    Case("date", _DATE, "2024-02-29", "2023-02-29", "a date such as"),
    Case("date_enum", _string(format="date", enum=["2024-01-01"]), "2024-01-01", "2024-01-02", 'one of "2024-01-01"'),
    Case("time", _string(format="time"), "23:59:01", "24:00:01", "a time such as"),
    Case("time_minutes", _string(format="time"), "23:59", "23", "a time such as", "23:59:00"),
    Case("date_time", _string(format="date-time"), "2024-12-31T23:59:00", "2024-12-31", "a date and time such as"),
    Case(
        "date_time_offset",
        _string(format="date-time"),
        "2024-12-31T23:59:00+01:00",
        "2024-13-31T23:59:00Z",
        "a date and time such as",
        "2024-12-31T22:59:00",
        "$value AT TIME ZONE 'UTC'",
    ),
    Case("timestamp", _string(format="timestamp"), 0, "soon", "seconds since 1970", "1970-01-01T00:00:00"),
    Case(
        "timestamp_text",
        _string(format="timestamp"),
        "2024-01-01T01:00:00+01:00",
        "1e400",
        "1970",
        "2024-01-01T00:00:00",
    ),
    Case("duration", _string(format="duration"), "P1DT2H", "1 day", "an ISO 8601 duration", sql="$value::INTERVAL"),
    Case("number", _number(), 2.5, "much", "must be a number"),
    Case("number_text", _number(), "1e3", "1,5", "must be a number", 1000.0),
    Case("number_minimum", _number(minimum=0.5), 0.5, 0.4, "must be at least 0.5"),
    Case("number_maximum", _number(maximum=0.5), 0.5, 0.6, "must be at most 0.5"),
    Case("number_exclusive_minimum", _number(exclusiveMinimum=0), 0.1, 0, "must be more than 0"),
    Case("number_exclusive_maximum", _number(exclusiveMaximum=1), 0.9, 1, "must be less than 1"),
    Case("number_multiple", _number(multipleOf=0.01), 19.99, 19.995, "must be a multiple of 0.01"),
    Case("number_enum", _number(enum=[0.5, 1]), "0.5", 2, "must be one of 0.5, 1", 0.5),
    Case("integer", _integer(), -7, 1.5, "must be an integer"),
    Case("integer_large", _integer(), 2**70, 2**130, "integers of more than 128 bits"),
    Case("integer_minimum", _integer(minimum=1), 1, 0, "must be at least 1"),
    Case("integer_maximum", _integer(maximum=9), 9, 10, "must be at most 9"),
    Case("integer_exclusive_minimum", _integer(exclusiveMinimum=1), 2, 1, "must be more than 1"),
    Case("integer_exclusive_maximum", _integer(exclusiveMaximum=9), 8, 9, "must be less than 9"),
    Case("integer_multiple", _integer(multipleOf=5), 10, 12, "must be a multiple of 5"),
    Case("integer_enum", _integer(enum=[1, 2]), "2", "3", "must be one of 1, 2", 2),
    Case("boolean", {"type": "boolean"}, True, "maybe", "must be true or false"),
    Case("boolean_text", {"type": "boolean"}, "no", 2, "must be true or false", result=False),
    Case("boolean_enum", {"type": "boolean", "enum": [True]}, True, False, "must be one of true"),
    Case("array", _array(), [1, 2], "1", "must be a list"),
    Case("array_text", _array(items=_integer()), '[1, "2"]', "[1, two]", "must be a list", [1, 2]),
    Case("array_items", _array(items=_integer()), [1, 2], [1, "x"], "must be an integer"),
    Case("array_min_items", _array(minItems=2), [1, 2], [1], "must have at least 2 items"),
    Case("array_max_items", _array(maxItems=2), [1, 2], [1, 2, 3], "must have at most 2 items"),
    Case("array_unique", _array(uniqueItems=True), [1, 2], [1, 1], "must not hold the same item twice"),
    Case("array_of_dates", _array(items=_DATE), ["2024-01-01"], ["2024-01-01", "x"], "[1]: must be a date"),
    Case("array_of_arrays", _array(items=_array(items=_integer())), [[1], [2, 3]], [[1], ["x"]], "[1][0]"),
    Case("array_of_objects", _array(items=_object(properties=_PAIR)), [{"a": 1, "b": "c"}], [{"a": "x"}], "[0].a"),
    Case("array_enum", _array(items=_string(enum=["x", "y"])), ["x"], ["z"], 'must be one of "x", "y"'),
    Case("object", _object(), {"a": 1}, [1], "must be an object"),
    Case(
        "object_text", _object(properties=_PAIR), '{"a": "1", "b": 2}', "{a}", "must be an object", {"a": 1, "b": "2"}
    ),
    Case("object_properties", _object(properties=_PAIR), {"a": 1, "b": "c"}, {"a": "x"}, "value.a: must be an integer"),
    Case("object_required", _object(properties=_PAIR, required=["a"]), {"a": 1}, {"b": "c"}, "lacks a"),
    Case(
        "object_closed",
        _object(properties=_PAIR, additionalProperties=False),
        {"a": 1},
        {"a": 1, "c": 2},
        "does not know c (known: a, b)",
    ),
    Case("object_open", _object(properties=_PAIR), {"a": 1, "c": 2}, "text", "must be an object"),
    Case("object_default", _object(properties={"a": _integer(default=3)}), {"b": 1}, 3, "object", {"a": 3, "b": 1}),
    Case(
        "object_nested",
        _object(properties={"in": _object(properties={"on": _DATE})}),
        {"in": {"on": "2024-01-01"}},
        {"in": {"on": "never"}},
        "value.in.on: must be a date",
    ),
)
