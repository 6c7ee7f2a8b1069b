"""Turn the values that a database returns into JSON values."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

EXACT = 2**53  # the integers up to here are exact as floats (RFC 8259 §6)


def to_json(value: Any) -> Any:
    """Return ``value`` as a JSON value: None, bool, int, float, str, list or dict with text keys.

    Dates and times become ISO 8601 text (an offset is kept), intervals ISO 8601 durations, bytes base64, decimals
    numbers, NaN and infinities null; what is not known here becomes its text.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_key(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((to_json(item) for item in value), key=json.dumps)
    return _scalar_to_json(value)


def _scalar_to_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if hasattr(value, "tolist"):  # numpy's scalars and arrays, without importing numpy
        return to_json(value.tolist())
    return str(value)


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    plain = to_json(key)
    return plain if isinstance(plain, str) else json.dumps(plain, separators=(",", ":"))


def _number(value: Decimal) -> int | float | None:
    if not value.is_finite():
        return None
    whole = value == value.to_integral_value()
    scale = -int(value.as_tuple().exponent)
    return int(value) if whole and (scale <= 0 or abs(value) > EXACT) else float(value)


def _duration(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0").rstrip(".")
    whole_seconds = f"{seconds}{fraction}S" if seconds or fraction else ""
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number) + whole_seconds
    days = f"{value.days}D" if value.days else ""
    return f"{sign}P{days}T{clock}" if clock else f"{sign}P{days or 'T0S'}"
