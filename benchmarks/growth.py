"""How our server's cost grows: with tools, tokens, rows, threads, workers and people who sign in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks import cases, ours, people, rows, sweep, tokens
from benchmarks.cases import SUM, Case
from benchmarks.eras import MODERN
from benchmarks.ground import Ground
from benchmarks.ours import Shape
from benchmarks.served import Served
from benchmarks.wrk import drive, request_for

Result = dict[str, Any]
CONNECTIONS = 32
_MEASURES = ("calls_per_second", "p50_ms", "p99_ms", "cpu_us", "cores")


@dataclass(frozen=True)
class Growth:
    """What is measured."""

    tools: Sequence[int] = (10, 100, 1_000)
    tokens: Sequence[int] = (1_000, 100_000, 1_000_000)
    expired: int = 500_000  # rows
    rows: Sequence[int] = (1_000, 10_000, 100_000, 1_000_000)
    threads: Sequence[int] = (1, 2, 4, 8, 16, 32, 64)
    workers: Sequence[int] = (1, 2, 3, 4)
    clients: Sequence[int] = (1, 2, 4, 8)
    seconds: float = 3.0
    rounds: int = 3


SHORT = Growth((10, 200), (1_000, 20_000), 9_000, (1_000, 20_000), (4,), (1,), (2,), 1.0, 1)


def measure(growth: Growth, ways: Sequence[str], ground: Ground, tell: Callable[[Result], None]) -> Result:
    """Return a result, with a list for each of the ``ways`` to grow."""
    result: Result = {"seconds": growth.seconds, "rounds": growth.rounds}
    for name in ways:
        result[name] = []
        for line in WAYS[name](growth, ground):
            tell({"growth": name, **line})
            result[name].append(line)
    return result


def _tools(growth: Growth, ground: Ground) -> Iterator[Result]:
    with ExitStack() as stack:
        running = [(n, stack.enter_context(ours.serving(Shape("sqlite", 2, 4, tools=n), ground))) for n in growth.tools]
        rest = [{"tools": n, "start_seconds": served.start_seconds, **served.memory()} for n, served in running]
        sums = side_by_side([(served, SUM) for _, served in running], growth)
        lists = side_by_side([(served, cases.list_of(n)) for n, served in running], growth)
        for line, one, other in zip(rest, sums, lists, strict=True):
            yield {**line, "sum": one, "list": other}


def _threads(growth: Growth, ground: Ground) -> Iterator[Result]:
    yield from _shapes([Shape("sqlite", 1, threads) for threads in growth.threads], growth, ground)


def _workers(growth: Growth, ground: Ground) -> Iterator[Result]:
    yield from _shapes([Shape("sqlite", workers, 4) for workers in growth.workers], growth, ground)


def _sign_ins(growth: Growth, ground: Ground) -> Iterator[Result]:
    with ours.serving(Shape("sqlite", 2, 4), ground) as served:
        for clients in growth.clients:
            yield people.measure_sign_ins(served, people.sign_in, growth.seconds, clients)


def _rows(growth: Growth, ground: Ground) -> Iterator[Result]:
    yield from rows.measure(growth.rows, ground)


def _tokens(growth: Growth, ground: Ground) -> Iterator[Result]:
    with ExitStack() as stack:
        filled = [stack.enter_context(tokens.serving(count, ground)) for count in growth.tokens]
        measured = _rounds([(each.served, each.request()) for each in filled], growth)
        for count, line in zip(growth.tokens, measured, strict=True):
            yield {"tokens": count, "sum": line}


def _sweep(growth: Growth, ground: Ground) -> Iterator[Result]:
    with tokens.serving(max(growth.tokens), ground) as filled:
        yield from sweep.measure(filled, growth.expired, growth.seconds)


def _shapes(shapes: list[Shape], growth: Growth, ground: Ground) -> Iterator[Result]:
    with ExitStack() as stack:
        running = [stack.enter_context(ours.serving(shape, ground)) for shape in shapes]
        measured = side_by_side([(served, SUM) for served in running], growth)
        for shape, served, line in zip(shapes, running, measured, strict=True):
            yield {**shape.facts, "sum": line, **served.memory()}


def side_by_side(running: list[tuple[Served, Case]], growth: Growth) -> list[Result]:
    """Return medians for each server, whose rounds take turns."""
    return _rounds([(served, request_for(served, case, MODERN, CONNECTIONS)) for served, case in running], growth)


def _rounds(running: list[tuple[Served, Any]], growth: Growth) -> list[Result]:
    for served, request in running:
        drive(served, request, CONNECTIONS, 1.0)
    told: list[list[Result]] = [[] for _ in running]
    for _ in range(growth.rounds):
        for (served, request), lines in zip(running, told, strict=True):
            lines.append(drive(served, request, CONNECTIONS, growth.seconds))
    return [_median(lines) for lines in told]


def _median(lines: list[Result]) -> Result:
    rates = [line["calls_per_second"] for line in lines]
    medians = {name: median(line[name] for line in lines) for name in _MEASURES}
    return {**medians, "least": min(rates), "most": max(rates), "bytes": lines[0]["bytes"]}


WAYS = {
    "tools": _tools,
    "tokens": _tokens,
    "sweep": _sweep,
    "rows": _rows,
    "threads": _threads,
    "workers": _workers,
    "sign_ins": _sign_ins,
}
