"""Python values as parameters of a statement."""

from __future__ import annotations

from typing import Any

from duckdb import HugeIntegerValue

_SMALLEST, _LARGEST = -(2**63), 2**64 - 1  # what BIGINT and UBIGINT hold


def bindable(value: Any) -> Any:
    """Return ``value`` with each integer beyond 64 bits, at any depth of lists and dicts, as a HUGEINT.

    DuckDB 1.4 would bind such an integer as a DOUBLE, which has not all its digits. One beyond HUGEINT's 128 bits fails
    when it is bound.
    """
    if isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        return HugeIntegerValue(str(value))
    if isinstance(value, list):
        return [bindable(each) for each in value]
    if isinstance(value, dict):
        return {key: bindable(each) for key, each in value.items()}
    return value
