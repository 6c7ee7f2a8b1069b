"""Turn rows into JSON values by columns: their cells are mostly of one type, so that few have to be looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from operator import methodcaller
from typing import Any
from uuid import UUID

from mxcp_flask.endpoints.json_values import EXACT, to_json

Cells = Sequence[Any]

_NULL = type(None)
_AS_THEY_ARE = frozenset({str, int, bool, _NULL})
_isoformat = methodcaller("isoformat")


def rows_to_json(rows: Sequence[Cells]) -> Iterable[tuple[Any, ...]]:
    """Return ``rows`` with ``to_json`` of each cell."""
    if len(rows) < 2:  # not worth the turning
        return [tuple(map(to_json, row)) for row in rows]
    return zip(*map(_to_json, zip(*rows, strict=True)), strict=True)


def _to_json(cells: Cells) -> Iterable[Any]:
    kinds = set(map(type, cells))
    if kinds <= _AS_THEY_ARE:
        return cells
    has_nulls = _NULL in kinds
    kinds.discard(_NULL)
    convert = _CONVERSIONS.get(kinds.pop(), _each) if len(kinds) == 1 else _each
    if not has_nulls:
        return convert(cells)
    values = iter(convert([cell for cell in cells if cell is not None]))
    return [None if cell is None else next(values) for cell in cells]


def _each(cells: Cells) -> Iterable[Any]:
    return map(to_json, cells)


def _floats(cells: Cells) -> Iterable[Any]:
    # One that is not finite makes the sum so too.
    return cells if math.isfinite(sum(cells)) else map(to_json, cells)


def _decimals(cells: Cells) -> Iterable[Any]:
    """Return numbers: DuckDB gives all decimals of a column the same number of digits after the point."""
    first = cells[0]
    if not (first.is_finite() and first.as_tuple().exponent < 0 and all(map(first.same_quantum, cells))):
        return map(to_json, cells)
    numbers = list(map(float, cells))
    return numbers if max(map(abs, numbers)) < EXACT else map(to_json, cells)


def _with(convert: Callable[[Any], Any]) -> Callable[[Cells], Iterable[Any]]:
    return lambda cells: map(convert, cells)


_CONVERSIONS: Mapping[type, Callable[[Cells], Iterable[Any]]] = {
    float: _floats,
    Decimal: _decimals,
    date: _with(_isoformat),
    datetime: _with(_isoformat),
    time: _with(_isoformat),
    UUID: _with(str),
}
