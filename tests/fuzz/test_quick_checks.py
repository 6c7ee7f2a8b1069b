"""The quick look at values: what it takes, the thorough check takes too."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mxcp_flask.endpoints.checks import Check
from mxcp_flask.endpoints.quick_checks import quick_check
from tests.fuzz.effort import examples
from tests.fuzz.texts import json_values, texts

_SIZES = st.integers(0, 3)
_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
_WORDS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(_TYPES) | st.lists(st.sampled_from(_TYPES), min_size=1, max_size=2, unique=True),
    "enum": st.lists(json_values, max_size=3),
    "minLength": _SIZES,
    "maxLength": _SIZES,
    "pattern": st.sampled_from(("", "a", "^x", "[0-9]$")),
    "format": st.sampled_from(("date", "email", "timestamp", "duration")),
    "minimum": st.integers(-2, 2),
    "exclusiveMaximum": st.floats(-2, 2),
    "multipleOf": st.sampled_from((1, 2, 0.5)),
    "minItems": _SIZES,
    "maxItems": _SIZES,
    "uniqueItems": st.booleans(),
    "required": st.lists(st.sampled_from("ab"), unique=True),
    "additionalProperties": st.booleans(),
    "description": texts,
    "const": json_values,
}
_schemas: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries({}, optional=_WORDS)
_nested = st.builds(
    lambda schema, item, a, b: {**schema, "items": item, "properties": {"a": a, "b": b}},
    *[_schemas] * 4,
)
_values = json_values | st.fixed_dictionaries({}, optional={"a": json_values, "b": json_values, "c": json_values})


@examples(500)
@given(schema=_schemas | _nested, value=_values)
def test_nothing_passes_that_does_not_fit(schema: dict[str, Any], value: Any) -> None:
    """Whatever schema and value are, the quick look must not take what the thorough check refuses."""
    assert not quick_check(schema)(value) or Check(schema)._validator.is_valid(value)
