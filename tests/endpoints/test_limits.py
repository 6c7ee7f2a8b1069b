"""Tests of what no database value can be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mxcp_flask.endpoints.limits import find_excess


@pytest.mark.parametrize(
    "value", [None, True, 2**127 - 1, -(2**127), 1e308, "ä\0", [], {}, json.loads("[" * 49 + "]" * 49)]
)
def test_fits(value: Any) -> None:
    """The widest values that DuckDB takes pass."""
    assert find_excess(value) is None


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (float("nan"), "NaN"),
        ([{"a": float("inf")}], "Infinity"),
        (2**127, "128 bits"),
        ({"a": [-(2**127) - 1]}, "128 bits"),
        ("\ud800", "surrogate"),
        ({"\udc00": 1}, "surrogate"),
        (json.loads("[" * 60 + "]" * 60), "deeper than 50"),
    ],
)
def test_exceeds(value: Any, part: str) -> None:
    """Whatever the database would stumble over is named, at any depth."""
    assert part in (find_excess(value) or "")
