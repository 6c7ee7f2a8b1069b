"""Medians, ratios and verdicts from a result."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.eras import LEGACY, MODERN
from benchmarks.figures import fields_of, figures_of
from benchmarks.ratios import rows_of
from benchmarks.summary import text_of
from benchmarks.verdicts import FASTMCP, LIMIT, OURS, SDK, UPSTREAM, verdicts_of

KINDS = {OURS: "ours", LIMIT: "limit", UPSTREAM: "upstream", FASTMCP: "peer", SDK: "peer"}


def line(server: str, rate: float, **changed: Any) -> dict[str, Any]:
    """Return one round's line of a sum over 32 connections."""
    rest = {
        "era": MODERN,
        "case": "sum",
        "connections": 32,
        "cores": 1.5,
        "bytes": 200,
        "cpu_us": 500,
        "spread": [17, 15],
    }
    times = {"p50_ms": 2.0, "p95_ms": 3.0, "p99_ms": 4.0}
    return {"server": server, "calls_per_second": rate, **rest, **times, **changed}


def result_of(*lines: dict[str, Any]) -> dict[str, Any]:
    """Return a result with those lines, whose servers all started."""
    memory = {"processes": 2, "worker_rss_mb": 90.0, "worker_pss_mb": 50.0, "all_pss_mb": 120.0}
    started = {"versions": {"duckdb": "2"}, "start_seconds": 0.5, **memory}
    servers = [{"server": name, "kind": kind, **started} for name, kind in KINDS.items()]
    machine = {"time": "2026-11-25T12:00", "cores": 2, "processor": "x", "python": "3.11", "load_at_start": 0}
    packages = {"duckdb": "2", "gunicorn": "27"}
    described = {**machine, "load_at_end": 1, "packages": packages}
    return {
        "machine": described,
        "rounds": 3,
        "servers": servers,
        "calls": list(lines),
        "people": [],
    }


def test_a_median_with_its_spread() -> None:
    """A figure is the median of its rounds, and knows the least and the most of them."""
    [figure] = figures_of(result_of(line(OURS, 100), line(OURS, 300), line(OURS, 110)))

    assert (figure.rate, figure.least, figure.most) == (110, 100, 300)


def test_one_wrong_round_is_no_figure() -> None:
    """A cell in which any round had a wrong answer has an error and no number, and its row says so."""
    wrong = {**line(OURS, 900), "error": "of 9 answers 1 were wrong"}
    result = result_of(line(OURS, 100), wrong)
    [figure] = figures_of(result)

    assert (figure.rate, figure.error) == (0, "of 9 answers 1 were wrong")
    assert "error: of 9 answers 1 were wrong" in text_of(result)


def test_the_best_peer_is_taken_in_its_better_era() -> None:
    """A ratio is to whichever peer, in whichever era, answered most; upstream alone for itself."""
    lines = (line(SDK, 100), line(SDK, 150, era=LEGACY), line(UPSTREAM, 10, era=LEGACY), line(OURS, 300))
    [field] = fields_of(figures_of(result_of(*lines)))
    ours = field.figures[-1]

    assert field.ratio(ours, "upstream", "peer") == pytest.approx(2)
    assert field.ratio(ours, "upstream") == pytest.approx(30)
    assert field.ratio(ours, "limit") is None


def test_ratios_of_everything() -> None:
    """Each measure is told in proportion to the best of the others: the most calls, the least of all else."""
    lines = (
        line(OURS, 300),
        line(LIMIT, 400, cpu_us=250),
        line(SDK, 100, cpu_us=1000),
        line(FASTMCP, 150, cpu_us=2000),
    )
    result = result_of(*lines)
    rows = {(what, name): others for what, name, _, others in rows_of(result, list(fields_of(figures_of(result))))}

    assert rows["sum", "calls/s"] == [None, 2, 0.75]
    assert rows["sum", "CPU µs"] == [None, 0.5, 2]
    assert rows["the server", "ready after s"] == [1, 1, 1]


def test_verdicts() -> None:
    """Each demand is met or not, and one that was not measured is not."""
    lines = (line(OURS, 1300), line(LIMIT, 2000), line(UPSTREAM, 100, era=LEGACY, p50_ms=5), line(FASTMCP, 400))
    verdicts = list(verdicts_of(list(fields_of(figures_of(result_of(*lines))))))

    assert [(v.needed, v.measured, v.is_met) for v in verdicts] == [
        (12, 13, True),
        (4, 3.25, False),
        (2, None, False),
        (0.7, 0.65, False),
        (5, 4, True),
        (2, 4, False),
    ]


def test_a_server_that_did_not_start_has_a_row_that_says_so() -> None:
    """The table of servers shows why there are no figures, in one line."""
    result = result_of(line(OURS, 100))
    result["servers"].append({"server": "other", "kind": "peer", "error": "ERROR: no\nsuch | package"})

    assert "| other | error: ERROR: no such / package |" in text_of(result)
