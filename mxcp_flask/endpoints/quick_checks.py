"""Tell at once that a value fits a schema.

Almost all values do, and a look at each type is enough, which costs a hundredth of a thorough check. Where this says
no, the thorough check decides, and finds the words for what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from mxcp_flask.endpoints.formats import is_in_format

Fits = Callable[[Any], bool]
Schema = Mapping[str, Any]
Rules = Mapping[type, Fits | None]  # by the value's type; None: nothing else must hold


class _Absent:
    """Of what stands for a property that an object lacks."""


_ABSENT = _Absent()
_NOTES = frozenset({"type", "title", "description", "default", "examples"})
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),  # and floats without a fraction, which are rare
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
    "array": (list,),
    "object": (dict,),
}


def quick_check(schema: Schema) -> Fits:
    """Return what tells whether a JSON value certainly fits ``schema``; it may say no of one that fits."""
    if not schema:
        return _yes
    rules = _rules(schema)
    return lambda value: (rule := rules.get(type(value), _no)) is None or rule(value)


def _rules(schema: Schema) -> Rules:
    names = schema.get("type", ())
    kinds = {kind for name in ([names] if isinstance(names, str) else names) for kind in _TYPES[name]}
    return {kind: _joined(_rules_of(kind, schema)) for kind in kinds}


def _rules_of(kind: type, schema: Schema) -> list[Fits]:
    words = [word for word in schema if word not in _NOTES]
    if not _KNOWN.issuperset(words):
        return [_no]
    makers = _WORDS[kind]
    rules = [makers[word](schema[word]) for word in words if word in makers]
    return rules if schema.get("additionalProperties", True) else [*rules, _closed(schema)]


def _joined(rules: list[Fits]) -> Fits | None:
    if len(rules) < 2:
        return rules[0] if rules else None
    return lambda value: all(rule(value) for rule in rules)


def _yes(_: Any) -> bool:
    return True


def _no(_: Any) -> bool:
    return False


def _never(_: Any) -> Fits:
    return _no


def _among(choices: list[Any]) -> Fits:
    return frozenset(choice for choice in choices if choice is None or isinstance(choice, str)).__contains__


def _matching(pattern: str) -> Fits:
    search = re.compile(pattern).search
    return lambda value: search(value) is not None


def _of_format(name: str) -> Fits:
    return lambda value: is_in_format(value, name)


def _items(schema: Schema) -> Fits:
    fits = quick_check(schema)
    return lambda value: all(map(fits, value))


def _properties(schemas: Mapping[str, Schema]) -> Fits:
    rules_of = [(name, {**_rules(schema), _Absent: None}) for name, schema in schemas.items() if schema]

    def fits(value: dict[str, Any]) -> bool:
        for name, rules in rules_of:
            cell = value.get(name, _ABSENT)
            rule = rules.get(type(cell), _no)
            if rule is not None and not rule(cell):
                return False
        return True

    return fits


def _closed(schema: Schema) -> Fits:
    names = schema.get("properties", {}).keys()
    return lambda value: not isinstance(value, dict) or value.keys() <= names


_OF_NUMBERS: Mapping[str, Callable[[Any], Fits]] = {
    "minimum": lambda bound: lambda value: bool(value >= bound),
    "maximum": lambda bound: lambda value: bool(value <= bound),
    "exclusiveMinimum": lambda bound: lambda value: bool(value > bound),
    "exclusiveMaximum": lambda bound: lambda value: bool(value < bound),
    "format": _of_format,
    "multipleOf": _never,
    "enum": _never,  # to Python, 1 is True and 1.0
}
_WORDS: Mapping[type, Mapping[str, Callable[[Any], Fits]]] = {
    str: {
        "minLength": lambda bound: lambda value: len(value) >= bound,
        "maxLength": lambda bound: lambda value: len(value) <= bound,
        "pattern": _matching,
        "format": _of_format,
        "enum": _among,
    },
    int: _OF_NUMBERS,
    float: _OF_NUMBERS,
    bool: {"enum": _never},
    type(None): {"enum": _among},
    list: {
        "items": _items,
        "minItems": lambda bound: lambda value: len(value) >= bound,
        "maxItems": lambda bound: lambda value: len(value) <= bound,
        "uniqueItems": lambda asked: _no if asked else _yes,
        "enum": _never,
    },
    dict: {
        "properties": _properties,
        "required": lambda names: frozenset(names).issubset,
        "additionalProperties": lambda _: _yes,  # see _rules_of
        "enum": _never,
    },
}
_KNOWN = frozenset(word for words in _WORDS.values() for word in words)
