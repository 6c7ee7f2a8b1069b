"""Tests of the JSON Schemas that definitions become."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mxcp_flask.endpoints.types import input_schema, is_sensitive, output_schema, result_schema, value_schema

NESTED: dict[str, Any] = {
    "type": "object",
    "description": "All at once",
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a", "examples": ["ab"], "name": "n"},
        "count": {
            "type": "integer",
            "minimum": 0,
            "exclusiveMaximum": 9,
            "multipleOf": 3,
            "default": 3,
            "enum": [3, 6],
        },
        "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        "sure": {"type": "boolean", "sensitive": True},
        "moments": {"type": "array", "items": {"type": "string", "format": "timestamp"}, "minItems": 1, "maxItems": 3},
        "days": {"type": "array", "items": {"type": "string", "format": "date"}, "uniqueItems": True},
    },
    "required": ["text"],
    "additionalProperties": False,
}
DEFINITIONS: list[dict[str, Any]] = [
    {"type": "string"},
    *(
        {"type": "string", "format": name}
        for name in ("email", "uri", "date", "time", "date-time", "timestamp", "duration")
    ),
    {"type": "number", "default": 1.5},
    {"type": "integer", "enum": [1, 2]},
    {"type": "boolean", "default": False},
    {"type": "array"},
    {"type": "array", "items": NESTED},
    {"type": "object"},
    NESTED,
]


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_schemas_are_schemas(definition: dict[str, Any]) -> None:
    """Every published schema is one by the meta-schema of JSON Schema 2020-12."""
    Draft202012Validator.check_schema(input_schema({"a": definition}, required=["a"]))
    Draft202012Validator.check_schema(output_schema(definition))
    Draft202012Validator.check_schema(result_schema(definition))


def test_inputs_are_closed_objects() -> None:
    """The root of the input schema is an object that knows its properties and which of them are required."""
    expected = {
        "type": "object",
        "properties": {"a": {"type": "integer", "minimum": 1}, "b": {"type": "string", "default": "x"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    definitions: dict[str, Any] = {"a": {"type": "integer", "minimum": 1}, "b": {"type": "string", "default": "x"}}

    assert expected == input_schema(definitions, required=["a"])


def test_without_parameters() -> None:
    """A tool without parameters still publishes an object, without the empty list of required ones."""
    assert input_schema({}, required=()) == {"type": "object", "properties": {}, "additionalProperties": False}


def test_constraints_are_kept_and_secrets_of_the_file_are_not() -> None:
    """Nested constraints are published as they are; ``sensitive`` and ``name`` stay here."""
    published = value_schema(NESTED)
    properties = published["properties"]

    assert properties["count"] == NESTED["properties"]["count"]
    assert properties["text"] == {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a", "examples": ["ab"]}
    assert properties["sure"] == {"type": "boolean"}
    assert (published["required"], published["additionalProperties"]) == (["text"], False)


def test_constraints_of_other_types_are_dropped() -> None:
    """A constraint that says nothing about the type is not published."""
    assert value_schema({"type": "boolean", "minLength": 3, "items": {"type": "string"}}) == {"type": "boolean"}


def test_null_default_is_not_published() -> None:
    """A default of null means SQL NULL, which the published type does not have."""
    assert value_schema({"type": "string", "default": None}) == {"type": "string"}


@pytest.mark.parametrize(("given", "expected"), [({}, "Seconds since"), ({"description": "When"}, "When")])
def test_timestamp_is_number_or_text(given: dict[str, str], expected: str) -> None:
    """A timestamp may be seconds or text, and the schema says so unless the file describes it."""
    schema = value_schema({"type": "string", "format": "timestamp", **given})

    assert schema["type"] == ["number", "string"]
    assert schema["description"].startswith(expected)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"type": "integer"}, {"type": ["integer", "null"]}),
        ({"type": "string", "enum": ["a"]}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "object"}, {"type": "object"}),
        ({"type": "array", "items": {"type": "object"}}, {"type": "array", "items": {"type": "object"}}),
        ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": ["string", "null"]}}),
        (
            {"type": "object", "properties": {"a": {"type": "array"}, "b": {"type": "string", "format": "timestamp"}}},
            {
                "type": "object",
                "properties": {"a": {"type": ["array", "null"]}, "b": {"type": ["number", "string", "null"]}},
            },
        ),
    ],
)
def test_results_may_be_null(definition: dict[str, Any], expected: dict[str, Any]) -> None:
    """SQL NULL fits scalars and properties, but neither rows nor whole results of several values."""
    published = output_schema(definition)
    published.get("properties", {}).get("b", {}).pop("description", None)

    assert expected == published


@pytest.mark.parametrize(
    ("name", "published"),
    [("email", True), ("uri", True), ("date", True), ("time", False), ("date-time", False), ("duration", False)],
)
def test_formats_of_results(name: str, *, published: bool) -> None:
    """A format that clients read more narrowly than SQL writes it is checked here but not published."""
    definition = {"type": "array", "items": {"type": "string", "format": name}}

    assert ("format" in output_schema(definition)["items"]) is published
    assert "format" in result_schema(definition)["items"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((), True),
        (("a",), False),
        (("b",), True),
        (("b", 0, "x"), True),
        (("c", 3), True),
        (("c",), True),
        (("unknown", 0), False),
        (("a", "deep"), False),
    ],
)
def test_sensitive_places(place: tuple[str | int, ...], *, expected: bool) -> None:
    """Everything below a sensitive value is sensitive, and so is what holds one."""
    definition = {
        "type": "object",
        "properties": {
            "a": {"type": "string"},
            "b": {"type": "array", "sensitive": True},
            "c": {"type": "array", "items": {"type": "string", "sensitive": True}},
        },
    }

    assert is_sensitive(definition, place) is expected


def test_multiples_of_fractions_are_not_published_for_results() -> None:
    """A client that divides binary fractions would refuse 19.99 as a multiple of 0.01; whole factors stay."""
    properties = {"a": {"type": "number", "multipleOf": 0.01}, "b": {"type": "integer", "multipleOf": 5}}

    published = output_schema({"type": "object", "properties": properties})["properties"]

    assert [("multipleOf" in each) for each in published.values()] == [False, True]
