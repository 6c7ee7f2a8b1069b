"""Read what language models write for what they mean: ``"5"`` for 5, ``5`` for ``"5"``, JSON text for a list.

Nothing is refused here: what cannot be read stays as it is, and the check that follows says what is wrong with it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mxcp_flask.endpoints.types import Definition

_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII)
_BOOLEANS: Mapping[str, bool] = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def coerce(definition: Definition, value: Any) -> Any:
    """Return ``value`` as the declared type where it plainly means it, nested values and missing defaults included."""
    return _COERCIONS[definition["type"]](definition, value)


def _string(definition: Definition, value: Any) -> Any:
    if definition.get("format") == "timestamp":  # numbers are seconds
        return value
    if isinstance(value, float) and not math.isfinite(value):
        return value
    return json.dumps(value) if isinstance(value, (bool, int, float)) else value


def _number(_: Definition, value: Any) -> Any:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return _plain(Decimal(value.strip()))
    return value


def _integer(definition: Definition, value: Any) -> Any:
    number = _number(definition, value)
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _plain(number: Decimal) -> int | float:
    whole = number.adjusted() <= 40 and number == number.to_integral_value()
    return int(number) if whole else float(number)


def _boolean(_: Definition, value: Any) -> Any:
    if isinstance(value, (str, int)):
        return _BOOLEANS.get(str(value).strip().lower(), value)
    return value


def _array(definition: Definition, value: Any) -> Any:
    items, item = _from_text(value, list), definition.get("items")
    return [coerce(item, each) for each in items] if item and isinstance(items, list) else items


def _object(definition: Definition, value: Any) -> Any:
    given = _from_text(value, dict)
    if not isinstance(given, dict):
        return given
    properties = definition.get("properties", {})
    defaults = {name: nested["default"] for name, nested in properties.items() if nested.get("default") is not None}
    coerced = {name: coerce(properties[name], each) if name in properties else each for name, each in given.items()}
    return {**defaults, **coerced}


def _from_text(value: Any, wanted: type) -> Any:
    if not isinstance(value, str):
        return value
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed if isinstance(parsed, wanted) else value


_COERCIONS = {
    "string": _string,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "array": _array,
    "object": _object,
}
