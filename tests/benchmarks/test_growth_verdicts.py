"""What growth may cost."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.growth_verdicts import verdicts_of


def tools(number: int, least: float, most: float) -> dict[str, Any]:
    """Return what was measured with so many tools."""
    return {"tools": number, "start_seconds": 2.5, "worker_rss_mb": 121.0, "sum": {"least": least, "most": most}}


def test_growth() -> None:
    """Tokens may cost five of a hundred, a sweep 20 ms, rows 64 MB, and tools nothing that the rounds do not spread."""
    result = {
        "tokens": [{"tokens": 1_000, "sum": {"cpu_us": 1000}}, {"tokens": 1_000_000, "sum": {"cpu_us": 1040}}],
        "sweep": [{"rows": 0, "max_ms": 10.0}, {"rows": 500_000, "max_ms": 31.0}],
        "tools": [tools(10, 900, 1000), tools(1_000, 800, 910)],
        "rows": [{"rows": 1_000, "grown_mb": 1.0}, {"rows": 1_000_000, "grown_mb": 63.0}],
    }
    verdicts = list(verdicts_of(result))

    assert [verdict.measured for verdict in verdicts] == pytest.approx([1.04, 21, 910 / 900, 2.5, 121, 63])
    assert [verdict.is_met for verdict in verdicts] == [True, False, True, True, False, True]


def test_what_was_not_measured_has_no_verdict() -> None:
    """A run of some ways to grow tells about those alone."""
    assert list(verdicts_of({"tools": [tools(10, 1, 2)], "rows": []})) == []
