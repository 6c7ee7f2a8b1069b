"""Find the keys of a file that have no effect: unknown ones, and constraints of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from marshmallow import Schema, fields

from mxcp_flask.documents import KeyPath
from mxcp_flask.endpoints.definition_schema import DefinitionSchema, Properties
from mxcp_flask.endpoints.schema_fields import Items
from mxcp_flask.endpoints.types import CONSTRAINTS

PROTECTING = ("required_scopes", "policies")
_ALL_CONSTRAINTS = {keyword for keywords in CONSTRAINTS.values() for keyword in keywords}


def find_stray_keys(schema: Schema, data: Any, where: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Yield the place of each key of ``data`` that has no effect under ``schema``, and what to say of it."""
    if not isinstance(data, Mapping):
        return
    known = {field.data_key or name: field for name, field in schema.fields.items()}
    for key, value in data.items():
        if key in known:
            yield from _inside(known[key], value, (*where, key))
        else:
            yield (*where, key), _unknown(str(key), list(known))
    if isinstance(schema, DefinitionSchema):
        yield from _of_other_types(data, where)


def _inside(field: fields.Field[Any], value: Any, where: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(field, fields.Nested):
        yield from find_stray_keys(field.schema, value, where)
    elif isinstance(field, Items) and isinstance(value, list):
        for index, each in enumerate(value):
            yield from _inside(field.inner, each, (*where, index))
    elif isinstance(field, Properties) and isinstance(value, Mapping):
        for name, definition in value.items():
            yield from find_stray_keys(field.schema, definition, (*where, name))


def _of_other_types(definition: Mapping[str, Any], where: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    declared = definition.get("type")
    if not isinstance(declared, str) or declared not in CONSTRAINTS:
        return
    for key in definition:
        if key in _ALL_CONSTRAINTS and key not in CONSTRAINTS[declared]:
            yield (*where, key), f"has no effect on the type {declared}"


def _unknown(key: str, known: list[str]) -> str:
    close = get_close_matches(key, known, n=1)
    return "is not a known key and has no effect" + (f"; did you mean {close[0]}?" if close else "")


def loosens_protection(key: str) -> bool:
    """Tell whether an unknown ``key`` looks like one that protects, so that the endpoint would be served without it."""
    return bool(get_close_matches(key, PROTECTING, n=1, cutoff=0.8))
