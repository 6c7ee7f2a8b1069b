"""A quick yes for values that surely fit a schema of ours; whatever else there is to say, jsonschema says.

A schema becomes functions once, so that a row of a result costs microseconds. Each function may only err by saying
no: a keyword that is not known here, or a value of a type that JSON has no name for, is left to jsonschema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mxcp_flask.endpoints.formats import is_in_format

Quick = Callable[[Any], bool]

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}
_ANYTHING = frozenset(each for types in _TYPES.values() for each in types)
_SAYS_NOTHING = frozenset({"type", "description", "title", "default", "examples", "required", "additionalProperties"})


def quick_check(schema: Mapping[str, Any]) -> Quick:
    """Return what says True of values that ``schema`` (JSON Schema 2020-12) accepts, though not of all of them."""
    types, fits = _parts(schema)
    if fits is None:
        return lambda value: type(value) in types
    return lambda value: type(value) in types and fits(value)


def _parts(schema: Mapping[str, Any]) -> tuple[frozenset[type], Quick | None]:
    """Return which types a value may have, and what else must hold of it."""
    names = schema.get("type", list(_TYPES))
    types = frozenset(each for name in ([names] if isinstance(names, str) else names) for each in _TYPES.get(name, ()))
    checks = [_keyword(key, value, schema) for key, value in schema.items() if key not in _SAYS_NOTHING]
    if "properties" not in schema and ("required" in schema or "additionalProperties" in schema):
        checks.append(_properties({}, schema))
    if len(checks) < 2:
        return types, checks[0] if checks else None
    return types, lambda value: all(check(value) for check in checks)


def _keyword(key: str, wanted: Any, schema: Mapping[str, Any]) -> Quick:
    if key == "properties":
        return _properties(wanted, schema)
    if key == "items":
        return partial(_each, quick_check(wanted), _rows_check(wanted))
    make = _KEYWORDS.get(key)
    return make(wanted) if make else _never


def _never(_: Any) -> bool:
    return False


def _each(check: Quick, together: Quick, value: Any) -> bool:
    return not isinstance(value, list) or together(value) or all(map(check, value))


def _rows_check(schema: Mapping[str, Any]) -> Quick:
    """Return what looks at many objects by their properties: of a whole column, the types are quickly told."""
    if schema.get("type") != "object" or not _SAYS_NOTHING.union({"properties"}).issuperset(schema):
        return _never
    checks = {name: _parts(nested) for name, nested in schema.get("properties", {}).items()}
    if not checks.keys() >= set(schema.get("required", ())) or schema.get("additionalProperties", True) is not True:
        return _never
    required = frozenset(schema.get("required", ()))

    def check(rows: list[Any]) -> bool:
        if set(map(type, rows)) != {dict}:
            return False
        return all(_column_fits(rows, name, parts, needed=name in required) for name, parts in checks.items())

    return check


def _column_fits(rows: list[Any], name: str, parts: tuple[frozenset[type], Quick | None], *, needed: bool) -> bool:
    types, fits = parts
    try:
        cells = [row[name] for row in rows]
    except KeyError:
        return not needed and not any(name in row for row in rows)
    return types.issuperset(map(type, cells)) and (fits is None or all(map(fits, cells)))


def _properties(wanted: Mapping[str, Any], schema: Mapping[str, Any]) -> Quick:
    checks = {name: _parts(nested) for name, nested in wanted.items()}
    required = frozenset(schema.get("required", ()))
    more = schema.get("additionalProperties", True)
    if more not in (True, False):
        return _never
    unknown: tuple[frozenset[type], Quick | None] = (_ANYTHING if more else frozenset(), None)

    def check(value: Any) -> bool:
        if not isinstance(value, dict):
            return True
        if required and not required <= value.keys():
            return False
        for name, each in value.items():
            types, fits = checks.get(name, unknown)
            if type(each) not in types or (fits is not None and not fits(each)):
                return False
        return True

    return check


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _of_numbers(check: Quick) -> Quick:
    return lambda value: not _is_number(value) or check(value)


def _of_texts(check: Quick) -> Quick:
    return lambda value: not isinstance(value, str) or check(value)


def _of_lists(check: Quick) -> Quick:
    return lambda value: not isinstance(value, list) or check(value)


def _enum(choices: list[Any]) -> Quick:
    texts = frozenset(choice for choice in choices if isinstance(choice, str))
    return lambda value: (value is None and None in choices) or (isinstance(value, str) and value in texts)


def _pattern(wanted: str) -> Quick:
    search = re.compile(wanted).search
    return _of_texts(lambda value: search(value) is not None)


def _format(name: str) -> Quick:
    return partial(is_in_format, name=name)


_KEYWORDS: Mapping[str, Callable[[Any], Quick]] = {
    "minimum": lambda least: _of_numbers(lambda value: value >= least),
    "maximum": lambda most: _of_numbers(lambda value: value <= most),
    "exclusiveMinimum": lambda less: _of_numbers(lambda value: value > less),
    "exclusiveMaximum": lambda more: _of_numbers(lambda value: value < more),
    "minLength": lambda least: _of_texts(lambda value: len(value) >= least),
    "maxLength": lambda most: _of_texts(lambda value: len(value) <= most),
    "minItems": lambda least: _of_lists(lambda value: len(value) >= least),
    "maxItems": lambda most: _of_lists(lambda value: len(value) <= most),
    "pattern": _pattern,
    "format": _format,
    "enum": _enum,
}
