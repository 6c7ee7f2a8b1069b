"""The quick yes agrees with jsonschema, and is said of what tools mostly return."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.endpoints.checks import Check
from mxcp_flask.endpoints.formats import FORMATS
from mxcp_flask.endpoints.quick_checks import quick_check
from mxcp_flask.endpoints.types import result_schema, value_schema

NAMES = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["", "a", "abc", "2024-12-31", "2024-12-31T23:59:00Z", "P1D", "a@b.example", "12:30", "x:y"])
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([-1.5, 0.0, 2.0, 2.5]) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))
KEYWORDS = {
    "type": st.sampled_from(["string", "number", "integer", "boolean", "null", "array", "object"])
    | st.lists(st.sampled_from(["string", "number", "integer", "null", "array"]), min_size=1, unique=True),
    "minimum": st.integers(-2, 2),
    "exclusiveMaximum": st.integers(-2, 2),
    "maximum": st.integers(-2, 2),
    "exclusiveMinimum": st.integers(-2, 2),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "minLength": st.integers(0, 3),
    "maxLength": st.integers(0, 3),
    "minItems": st.integers(0, 3),
    "maxItems": st.integers(0, 3),
    "uniqueItems": st.booleans(),
    "pattern": st.sampled_from(["a", "^a", "b$", "^2"]),
    "format": st.sampled_from(sorted(FORMATS)),
    "enum": st.lists(SCALARS, min_size=1, max_size=3),
    "required": st.lists(NAMES, unique=True, max_size=2),
    "additionalProperties": st.booleans(),
    "description": st.just("what it is"),
}


def schemas() -> st.SearchStrategy[dict[str, Any]]:
    """Give schemas of any of the keywords, whether or not they make sense together."""
    flat = st.fixed_dictionaries({}, optional=KEYWORDS)
    return st.recursive(
        flat,
        lambda inner: st.fixed_dictionaries(
            {}, optional={**KEYWORDS, "items": inner, "properties": st.dictionaries(NAMES, inner, max_size=3)}
        ),
        max_leaves=4,
    )


@given(schemas(), VALUES)
def test_yes_is_never_wrong(schema: dict[str, Any], value: Any) -> None:
    """What passes quickly passes jsonschema, too."""
    if quick_check(schema)(value):
        assert list(Check(schema)._validator.iter_errors(value)) == []


@pytest.mark.parametrize(
    ("definition", "value"),
    [
        ({"type": "integer"}, 3),
        ({"type": "integer", "minimum": 1, "maximum": 5}, 3),
        ({"type": "number", "exclusiveMinimum": 0}, 0.5),
        ({"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^a"}, "abc"),
        ({"type": "string", "enum": ["red", "green"]}, "red"),
        ({"type": "string", "format": "date-time"}, "2024-12-31T23:59:00Z"),
        ({"type": "boolean"}, True),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, ["a"]),
        (
            {
                "type": "object",
                "properties": {"id": {"type": "integer"}, "day": {"type": "string", "format": "date"}},
                "required": ["id"],
                "additionalProperties": False,
            },
            {"id": 1, "day": "2024-12-31"},
        ),
        ({"type": "array", "items": {"type": "object"}}, [{"a": 1}, {}]),
    ],
)
def test_the_usual_is_quick(definition: dict[str, Any], value: Any) -> None:
    """Arguments and results of each declared type need no jsonschema, and nor does SQL NULL in a row."""
    assert quick_check(value_schema(definition))(value)
    assert quick_check(result_schema(definition))(value)
    rows = {"type": "array", "items": {"type": "object", "properties": {"value": definition}}}
    assert quick_check(result_schema(rows))([{"value": value}, {"value": None}])


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, True),
        ({"type": "integer"}, "3"),
        ({"type": "string", "format": "date"}, "tomorrow"),
        ({"type": "object", "required": ["a"]}, {}),
        ({"type": "object", "properties": {"a": {"type": "integer"}}}, {"a": "x"}),
        ({"type": "object", "additionalProperties": False}, {"a": 1}),
        ({"type": "number", "multipleOf": 2}, 4),
        ({"enum": [1]}, 1),
        ({"const": 1}, 1),
    ],
)
def test_no_and_unknown_are_not_yes(schema: dict[str, Any], value: Any) -> None:
    """What does not fit, and what is not known here, is left to jsonschema."""
    assert not quick_check(schema)(value)


@pytest.mark.parametrize(
    "rows",
    [
        [{"a": 1}, {"a": "x"}],
        [{"a": 1}, {"a": True}],
        [{}, {"a": "x"}],
        [{"a": 1}, 2],
        [{"a": 1, "b": "x"}, {"b": "abcd"}],
        [{"b": "x"}, {"a": 1, "b": "abcd"}],
    ],
)
def test_one_row_that_does_not_fit_is_found(rows: list[Any]) -> None:
    """Rows that are looked at together must not hide one that does not fit, nor one that lacks what others have."""
    properties = {"a": {"type": "integer"}, "b": {"type": "string", "maxLength": 3}}

    assert not quick_check({"type": "array", "items": {"type": "object", "properties": properties}})(rows)


@pytest.mark.parametrize(("rows", "fits"), [([{"a": 1}, {"a": 2}], True), ([{"a": 1}, {}], False), ([{}, {}], False)])
def test_what_is_required_is_there(rows: list[Any], fits: bool) -> None:
    """A property that every row must have must be in each of them."""
    item = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}

    assert quick_check({"type": "array", "items": item})(rows) is fits
