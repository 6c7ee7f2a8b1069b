"""Tests of the quick look at whether a value fits."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.endpoints.checks import Check
from mxcp_flask.endpoints.quick_checks import quick_check
from mxcp_flask.endpoints.types import result_schema
from tests.endpoints.type_matrix import MATRIX, Case

ROW = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}


@pytest.mark.parametrize("case", MATRIX, ids=lambda case: case.name)
def test_it_never_takes_what_does_not_fit(case: Case) -> None:
    """Of every type, format and constraint, what passes the quick look must pass the thorough check."""
    schema = result_schema(case.definition)
    thorough = Check(schema)._validator

    for value in (case.expected, case.good, case.bad, None, [case.bad], {"a": case.bad}):
        assert not quick_check(schema)(value) or thorough.is_valid(value)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({}, object()),
        ({"type": "integer"}, 5),
        ({"type": ["integer", "null"]}, None),
        ({"type": "number", "minimum": 0, "maximum": 9.5}, 9.5),
        ({"type": ["string", "null"], "enum": ["a", None]}, None),
        ({"type": "string", "minLength": 1, "maxLength": 2, "pattern": "^a"}, "ab"),
        ({"type": ["number", "string"], "format": "timestamp", "minLength": 9}, 5),
        ({"type": "array", "items": ROW, "minItems": 1, "maxItems": 2}, [{"a": 1, "b": "x", "c": 2}]),
        ({**ROW, "required": ["a"], "additionalProperties": False}, {"a": 1}),
        ({"type": "array", "uniqueItems": False}, [1, 1]),
        ({"type": "object", "properties": {"any": {}}}, {"any": object()}),
    ],
)
def test_what_plainly_fits_is_taken(schema: dict[str, Any], value: Any) -> None:
    """Values of the usual schemas must not need the thorough check."""
    assert quick_check(schema)(value)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, True),
        ({"type": "number"}, False),
        ({"type": "integer", "enum": [1]}, True),
        ({"type": "boolean", "enum": [True]}, 1),
        ({"type": "string", "enum": ["a"]}, None),
        ({"type": "integer", "someNewWord": 1}, 1),
        ({"oneOf": [{"const": "a"}]}, "a"),
        ({"type": "null", "oneOf": []}, None),
        ({"type": "object", "additionalProperties": False}, {"a": 1}),
        ({"type": "object", "required": ["a"]}, {}),
        ({**ROW, "additionalProperties": False}, {"a": 1, "z": 2}),
        ({"type": "array", "uniqueItems": True}, [1]),
        ({"type": "number", "multipleOf": 0.01}, 0.02),
    ],
)
def test_what_is_not_plain_is_left(schema: dict[str, Any], value: Any) -> None:
    """What does not fit, or what this does not know, must be left to the thorough check."""
    assert not quick_check(schema)(value)
