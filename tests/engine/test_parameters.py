"""Python values as parameters."""

from __future__ import annotations

from typing import Any

import pytest
from duckdb import HugeIntegerValue

from mxcp_flask.engine.parameters import bindable


@pytest.mark.parametrize("value", [None, True, 0, -(2**63), 2**64 - 1, 1.5, "x", [1, "x"], {"a": [None]}, (2**70,)])
def test_ordinary_values_stay(value: Any) -> None:
    """What every DuckDB binds as it is is left as it is."""
    assert bindable(value) == value


@pytest.mark.parametrize("value", [-(2**63) - 1, 2**64, 2**127 - 1, 10**50])
def test_large_integers_keep_their_digits(value: int) -> None:
    """Integers beyond 64 bits are given in full, at any depth."""
    found = [bindable(value), bindable([1, value])[1], bindable({"a": {"b": [value]}})["a"]["b"][0]]

    assert [type(each) for each in found] == [HugeIntegerValue] * 3
    assert [each.object for each in found] == [str(value)] * 3
