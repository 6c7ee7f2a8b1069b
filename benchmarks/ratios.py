"""Everything that was measured of our server, in proportion to upstream, to the best peer and to the limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.figures import Field, Figure
from benchmarks.verdicts import CONNECTIONS, OURS

Result = dict[str, Any]
Row = tuple[str, str, float, list[float | None]]
_COLUMNS = (("upstream",), ("upstream", "peer"), ("limit",))
_OF_CALLS = {
    "calls_per_second": "calls/s",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "p99_ms": "p99 ms",
    "cpu_us": "CPU µs",
}
_OF_SERVERS = {"start_seconds": "ready after s", "all_pss_mb": "MB together", "worker_rss_mb": "MB each"}


def rows_of(result: Result, fields: list[Field]) -> Iterator[Row]:
    """Give what it is of, the measure, our value, and the ratios; the best of a measure is the least but for calls."""
    for field in fields:
        if field.connections == CONNECTIONS and (ours := field.best(server=OURS)):
            for name, title in _OF_CALLS.items():
                own = ours.medians[name]
                yield field.case, title, own, [_ratio(own, _of_calls(field, name, *kinds)) for kinds in _COLUMNS]
    lines = [line for line in result["servers"] if "error" not in line]
    for ours_line in (line for line in lines if line["server"] == OURS):
        for name, title in _OF_SERVERS.items():
            own = ours_line[name]
            others = [[line[name] for line in lines if line["kind"] in kinds] for kinds in _COLUMNS]
            yield "the server", title, own, [_ratio(own, min(found, default=None)) for found in others]


def _of_calls(field: Field, name: str, *kinds: str) -> float | None:
    names = dict.fromkeys(figure.server for figure in field.figures if figure.kind in kinds)
    figures: list[Figure] = [best for server in names if (best := field.best(server=server))]
    choose: Callable[..., float | None] = max if name == "calls_per_second" else min
    return choose((figure.medians[name] for figure in figures), default=None)


def _ratio(own: float, other: float | None) -> float | None:
    return own / other if other else None
