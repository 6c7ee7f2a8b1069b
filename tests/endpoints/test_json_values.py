"""Tests of the JSON values that database values become."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from mxcp_flask.endpoints.json_values import to_json

TWO_HOURS_EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (5, 5),
        (2**100, 2**100),
        (1.5, 1.5),
        (float("nan"), None),
        (float("inf"), None),
        (float("-inf"), None),
        ("text", "text"),
        (Decimal(5), 5),
        (Decimal("1.50"), 1.5),
        (Decimal("5.00"), 5.0),
        (Decimal(2**60 + 1), 2**60 + 1),
        (Decimal("9007199254740993.00"), 9007199254740993),
        (Decimal("NaN"), None),
        (date(2024, 1, 2), "2024-01-02"),
        (time(1, 2, 3), "01:02:03"),
        (time(1, 2, 3, tzinfo=TWO_HOURS_EAST), "01:02:03+02:00"),
        (datetime(2024, 1, 2, 3, 4, 5), "2024-01-02T03:04:05"),
        (datetime(2024, 1, 2, 3, 4, 5, 600, tzinfo=timezone.utc), "2024-01-02T03:04:05.000600+00:00"),
        (timedelta(0), "PT0S"),
        (timedelta(days=1), "P1D"),
        (timedelta(days=1, hours=2, minutes=3, seconds=4), "P1DT2H3M4S"),
        (timedelta(minutes=5), "PT5M"),
        (timedelta(seconds=1, milliseconds=500), "PT1.5S"),
        (timedelta(seconds=10), "PT10S"),
        (timedelta(microseconds=1), "PT0.000001S"),
        (-timedelta(days=1, hours=1), "-P1DT1H"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (b"\x00\xff", "AP8="),
        (bytearray(b"a"), "YQ=="),
        ((1, (2, 3)), [1, [2, 3]]),
        ({3, 1, 2}, [1, 2, 3]),
        ({"b", "a"}, ["a", "b"]),
        ({"a": {"b": date(2024, 1, 2)}}, {"a": {"b": "2024-01-02"}}),
        ({1: "one", 2.5: "more"}, {"1": "one", "2.5": "more"}),
        ({False: 0, None: 1, (1, 2): 2, date(2024, 1, 2): 3}, {"false": 0, "null": 1, "[1,2]": 2, "2024-01-02": 3}),
        (np.int64(3), 3),
        (np.float64("nan"), None),
        (np.bool_(True), True),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    ],
)
def test_value(value: Any, expected: Any) -> None:
    """A database value becomes the JSON value of its row in the table, of the very same type."""
    found = to_json(value)

    assert (found, type(found)) == (expected, type(expected))


def test_result_is_json_of_the_standard() -> None:
    """Whatever comes out can be written as JSON that every parser reads."""
    values = [float("nan"), Decimal("Infinity"), {1: {b"a"}}, object, np.float32(1.5)]

    assert json.loads(json.dumps(to_json(values), allow_nan=False))[:2] == [None, None]
