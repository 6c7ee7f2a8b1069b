"""What a JSON value may be, but no database value can."""

from __future__ import annotations

import math
from typing import Any

_DEEPEST = 50  # levels of lists and objects
_HUGEINT = 2**127  # DuckDB's widest signed integer has 128 bits


def find_excess(value: Any) -> str | None:
    """Say what in ``value`` no database value can be, or None.

    That is NaN and infinities, integers of more than 128 bits, text that is not Unicode, and nesting below 50 levels.
    """
    level = [value]
    for _ in range(_DEEPEST):
        for each in level:
            excess = _excess_of(each)
            if excess:
                return excess
        level = [nested for each in level for nested in _inside(each)]
        if not level:
            return None
    return f"must not be nested deeper than {_DEEPEST} levels"


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return value if isinstance(value, list) else []


def _excess_of(value: Any) -> str | None:
    if isinstance(value, float) and not math.isfinite(value):
        return "must not hold NaN or Infinity"
    if isinstance(value, int) and not -_HUGEINT <= value < _HUGEINT:
        return "must not hold integers of more than 128 bits"
    if isinstance(value, str) and not _is_unicode(value):
        return "must be valid Unicode text (it holds half of a surrogate pair)"
    return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
