"""Type definitions of endpoint files as JSON Schema 2020-12.

A definition is a mapping with ``type``, an optional ``format`` and constraints, all JSON values; ``items`` and
``properties`` nest. ``sensitive`` and ``name`` are for this server alone and are never published.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

Definition = Mapping[str, Any]
Conversion = Callable[[Any], dict[str, Any]]

SCALARS = ("string", "number", "integer", "boolean")
TYPES = (*SCALARS, "array", "object")

_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
CONSTRAINTS: Mapping[str, tuple[str, ...]] = {
    "string": ("format", "minLength", "maxLength", "pattern"),
    "number": _NUMERIC,
    "integer": _NUMERIC,
    "boolean": (),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": ("properties", "required", "additionalProperties"),
}
_NOTES = ("description", "default", "examples", "enum")
_TIMESTAMP_HINT = "Seconds since 1970-01-01 UTC, or a date and time in ISO 8601."

# Clients may assert `format` on results by RFC 3339, which wants an offset on every time and no fraction in a duration.
# SQL's values have it otherwise, so only the formats that always hold are published for results.
_PUBLISHED_FOR_RESULTS = frozenset({"email", "uri", "date"})


def input_schema(parameters: Mapping[str, Definition], *, required: Collection[str]) -> dict[str, Any]:
    """Return the ``inputSchema`` of a tool (MCP 2026-07-28, server/tools)."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: value_schema(definition) for name, definition in parameters.items()},
    }
    if required:
        schema["required"] = list(required)
    return {**schema, "additionalProperties": False}


def value_schema(definition: Definition) -> dict[str, Any]:
    """Return the schema of an argument; null does not fit it."""
    return _with_nested(_own_schema(definition), value_schema, value_schema)


def result_schema(definition: Definition) -> dict[str, Any]:
    """Return the schema of a result: SQL NULL fits every scalar and every property, but no row and no whole list."""
    schema = _with_nested(_own_schema(definition), result_schema, lambda nested: _nullable(result_schema(nested)))
    return _nullable(schema) if definition["type"] in SCALARS else schema


def output_schema(returns: Definition) -> dict[str, Any]:
    """Return the ``outputSchema`` of a tool: its result schema, less what clients read differently."""
    return _agreed(result_schema(returns))


def is_sensitive(definition: Definition, place: Iterable[str | int]) -> bool:
    """Tell whether the value at ``place`` (property names and indexes) may not be shown, or a part of it may not."""
    for key in place:
        if definition.get("sensitive"):
            return True
        definition = (
            definition.get("items", {}) if isinstance(key, int) else definition.get("properties", {}).get(key, {})
        )
    return _holds_sensitive(definition)


def _holds_sensitive(definition: Definition) -> bool:
    nested = [*definition.get("properties", {}).values(), definition.get("items", {})]
    return bool(definition.get("sensitive")) or any(_holds_sensitive(each) for each in nested if each)


def _own_schema(definition: Definition) -> dict[str, Any]:
    kept = (*CONSTRAINTS[definition["type"]], *_NOTES)
    schema = {"type": definition["type"], **{key: definition[key] for key in kept if key in definition}}
    if schema.get("default", ...) is None:  # it stands for SQL NULL, which the type does not have
        del schema["default"]
    if schema.get("format") == "timestamp":
        schema["type"] = ["number", "string"]
        schema.setdefault("description", _TIMESTAMP_HINT)
    return schema


def _with_nested(schema: dict[str, Any], of_item: Conversion, of_property: Conversion) -> dict[str, Any]:
    nested = dict(schema)
    if "items" in schema:
        nested["items"] = of_item(schema["items"])
    if "properties" in schema:
        nested["properties"] = {name: of_property(value) for name, value in schema["properties"].items()}
    return nested


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "null" in types:
        return schema
    enum = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, "type": [*types, "null"], **enum}


def _agreed(schema: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in schema.items() if _is_agreed(key, value)}
    return _with_nested(kept, _agreed, _agreed)


def _is_agreed(key: str, value: Any) -> bool:
    if key == "multipleOf":  # clients divide binary fractions, of which 19.99 is no multiple of 0.01
        return float(value).is_integer()
    return key != "format" or value in _PUBLISHED_FOR_RESULTS
