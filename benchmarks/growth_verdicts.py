"""What growth may cost, and whether it costs no more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.verdicts import Verdict

Result = dict[str, Any]


def verdicts_of(result: Result) -> Iterator[Verdict]:
    """Give a verdict for each demand on what the result has."""
    yield from _tokens(result.get("tokens", []))
    yield from _sweep(result.get("sweep", []))
    yield from _tools(result.get("tools", []))
    for line in result.get("rows", [])[-1:]:
        yield Verdict(f"{line['rows']:,} rows", "MB more in the worker", 64, line["grown_mb"], at_most=True)


def _tokens(lines: list[Result]) -> Iterator[Verdict]:
    if len(lines) > 1:
        what = f"CPU of a sum ÷ that with {lines[0]['tokens']:,}"
        ratio = lines[-1]["sum"]["cpu_us"] / lines[0]["sum"]["cpu_us"]
        yield Verdict(f"{lines[-1]['tokens']:,} tokens", what, 1.05, ratio, at_most=True)


def _sweep(lines: list[Result]) -> Iterator[Verdict]:
    if len(lines) > 1:
        longer = max(line["max_ms"] for line in lines[1:]) - lines[0]["max_ms"]
        yield Verdict(f"{lines[1]['rows']:,} rows swept", "ms more for the slowest call", 20, longer, at_most=True)


def _tools(lines: list[Result]) -> Iterator[Verdict]:
    if len(lines) > 1:
        least, most = lines[0], lines[-1]
        case = f"{most['tools']:,} tools"
        what = f"sums/s at most ÷ those at least with {least['tools']:,}"
        yield Verdict(case, what, 1.0, most["sum"]["most"] / least["sum"]["least"])
        yield Verdict(case, "ready after s", 3, most["start_seconds"], at_most=True)
        yield Verdict(case, "MB of a worker at rest", 120, most["worker_rss_mb"], at_most=True)
