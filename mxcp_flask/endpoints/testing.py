"""Compares a result with what a test of an endpoint file expects. Nothing here runs anything.

========================  ==================================================================================
``result``                the result is equal; null expects nothing
``result_contains``       an object has these members; a list has an item that is equal or has these members
``result_contains_item``  the same of a list's item
``result_contains_all``   a list has an item for each of these
``result_not_contains``   an object, or each object of a list, lacks these members
``result_length``         a list has so many items
``result_contains_text``  the text, or else the JSON of the result, contains this
========================  ==================================================================================

Numbers are equal by value, whatever their notation. What cannot be checked of a result is a failure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from mxcp_flask.endpoints.checks import quote
from mxcp_flask.endpoints.json_values import to_json

Failures = Iterator[str]
_MOST = 3  # differences that are told of one expectation


def failures(expected: Mapping[str, Any], result: Any) -> list[str]:
    """Return how the JSON value ``result`` is not what is ``expected`` (keys of the file): three sentences a key."""
    known = {key: to_json(value) for key, value in expected.items() if key in _CHECKS}
    return [sentence for key, wanted in known.items() for sentence in islice(_CHECKS[key](wanted, result), _MOST)]


def _result(wanted: Any, result: Any) -> Failures:
    if wanted is not None:
        yield from (f"result: {difference}" for difference in _differences(wanted, result))


def _contains(wanted: Any, result: Any) -> Failures:
    if isinstance(result, list):
        yield from _contains_item(wanted, result, key="result_contains")
    elif not isinstance(result, dict):
        yield f"result_contains: needs an object or a list, but the result is {_kind(result)}"
    elif not isinstance(wanted, dict):
        yield f"result_contains: an object can only be searched for members, not for {quote(wanted)}"
    else:
        part = {name: value for name, value in result.items() if name in wanted}
        yield from (f"result_contains: {difference}" for difference in _differences(wanted, part))


def _contains_item(wanted: Any, result: Any, key: str = "result_contains_item") -> Failures:
    if not isinstance(result, list):
        yield f"{key}: needs a list, but the result is {_kind(result)}"
    elif not any(_matches(wanted, item) for item in result):
        yield f"{key}: none of {len(result)} items matches {quote(wanted)}"


def _contains_all(wanted: Any, result: Any) -> Failures:
    if not isinstance(wanted, list):
        yield "result_contains_all: must be a list of items"
        return
    for item in wanted:
        yield from _contains_item(item, result, key="result_contains_all")


def _not_contains(wanted: Any, result: Any) -> Failures:
    names = wanted if isinstance(wanted, list) else [wanted]
    objects = result if isinstance(result, list) else [result]
    if not all(isinstance(each, dict) for each in objects):
        yield f"result_not_contains: needs an object or a list of objects, but the result is {_kind(result)}"
        return
    for name in names:
        if any(name in each for each in objects):
            yield f"result_not_contains: the result has {name}"


def _length(wanted: Any, result: Any) -> Failures:
    if not isinstance(result, list):
        yield f"result_length: needs a list, but the result is {_kind(result)}"
    elif not _equal(wanted, len(result)):
        yield f"result_length: expected {quote(wanted)} items, got {len(result)}"


def _contains_text(wanted: Any, result: Any) -> Failures:
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False)
    searched = wanted if isinstance(wanted, str) else json.dumps(wanted, ensure_ascii=False)
    if searched not in text:
        yield f"result_contains_text: {quote(searched)} is not in {quote(text)}"


def _matches(wanted: Any, item: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(item, dict):
        return all(name in item and _equal(value, item[name]) for name, value in wanted.items())
    return _equal(wanted, item)


def _equal(one: Any, other: Any) -> bool:
    return next(_differences(one, other), None) is None


def _differences(wanted: Any, got: Any, place: str = "") -> Iterator[str]:
    """Yield where two JSON values differ, and how: true is not 1, but 1.0 is."""
    where = f"{place.removeprefix('.')}: " if place else ""
    if isinstance(wanted, dict) and isinstance(got, dict):
        yield from (f"{where}lacks {name}" for name in wanted if name not in got)
        yield from (f"{where}has {name}, which is not expected" for name in got if name not in wanted)
        for name in (each for each in wanted if each in got):
            yield from _differences(wanted[name], got[name], f"{place}.{name}")
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) != len(got):
        yield f"{where}expected {len(wanted)} items, got {len(got)}"
    elif isinstance(wanted, list) and isinstance(got, list):
        for index, (one, other) in enumerate(zip(wanted, got, strict=True)):
            yield from _differences(one, other, f"{place}[{index}]")
    elif wanted != got or isinstance(wanted, bool) != isinstance(got, bool):
        yield f"{where}expected {quote(wanted)}, got {quote(got)}"


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


_CHECKS: Mapping[str, Callable[[Any, Any], Failures]] = {
    "result": _result,
    "result_contains": _contains,
    "result_contains_item": _contains_item,
    "result_contains_all": _contains_all,
    "result_not_contains": _not_contains,
    "result_length": _length,
    "result_contains_text": _contains_text,
}
