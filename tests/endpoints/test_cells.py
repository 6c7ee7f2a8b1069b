"""Tests of whole columns that become JSON values."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from mxcp_flask.endpoints.cells import rows_to_json
from mxcp_flask.endpoints.json_values import to_json

COLUMNS: list[list[Any]] = [
    [],
    [1, 2, None],
    ["a", None, "b"],
    [True, False],
    [None, None],
    [1.5, 2.0, -0.0],
    [1.5, None],
    [1.5, float("nan"), float("inf")],
    [float("inf"), float("-inf")],
    [1e308, 1e308],
    [Decimal("1.50"), Decimal("2.00"), None],
    [Decimal("9007199254740993.00"), Decimal("0.01")],
    [Decimal("-9007199254740993.00"), Decimal("0.50")],
    [Decimal(2**60 + 1), Decimal(1)],
    [Decimal("1.5"), Decimal("NaN")],
    [Decimal("NaN"), Decimal("1.5")],
    [Decimal("1.5"), Decimal("1.50")],
    [Decimal("0.00"), Decimal("-0.01")],
    [date(2024, 1, 2), datetime(2024, 1, 2, 3)],
    [date(2024, 1, 2), None],
    [datetime(2024, 1, 2, 3, tzinfo=timezone.utc), datetime(2024, 1, 2, 3, 4, 5, 6)],
    [time(1, 2), time(3, 4, 5)],
    [UUID(int=1), UUID(int=2)],
    [timedelta(days=1), timedelta(seconds=1)],
    [b"a", b"b"],
    [[1, Decimal("1.5")], [date(2024, 1, 2)]],
    [{"a": float("nan")}, {"a": b"x"}],
    [1, "a", 1.5, Decimal(1), None],
]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_a_column_is_what_its_cells_are(column: list[Any]) -> None:
    """Cells must become together what each becomes alone: of the same type, and in their order."""
    rows = [(index, cell, "x") for index, cell in enumerate(column)]

    made = [list(row) for row in rows_to_json(rows)]

    assert json.dumps(made) == json.dumps([[index, to_json(cell), "x"] for index, cell in enumerate(column)])
