"""How cost grows, in words: the tables that are printed and that docs/performance.md holds, in Markdown."""

from __future__ import annotations

from typing import Any

from benchmarks import growth_verdicts
from benchmarks.machine import measured_on
from benchmarks.pace import BOUNDS
from benchmarks.summary import verdict_table
from benchmarks.tables import table

Result = dict[str, Any]
_SUM_HEAD = ["sums/s", "from", "to", "p50 ms", "p99 ms", "CPU µs"]


def text_of(result: Result) -> str:
    """Return the tables of what was measured."""
    names = [name for name in TABLES if name in result or name.startswith("growth_")]
    return "\n\n".join(TABLES[name](result) for name in names)


def _sum(line: Result) -> list[str]:
    rates = [f"{line[name]:,.0f}" for name in ("calls_per_second", "least", "most")]
    return [*rates, f"{line['p50_ms']:.1f}", f"{line['p99_ms']:.1f}", f"{line['cpu_us']:,.0f}"]


def _tools(result: Result) -> str:
    head = ["tools", "ready after s", "MB a worker", *_SUM_HEAD, "lists/s", "of CPU µs", "bytes"]
    return table(head, [
        [
            f"{line['tools']:,}",
            f"{line['start_seconds']:.2f}",
            f"{line['worker_rss_mb']:.0f}",
            *_sum(line["sum"]),
            f"{line['list']['calls_per_second']:,.0f}",
            f"{line['list']['cpu_us']:,.0f}",
            f"{line['list']['bytes']:,}",
        ]
        for line in result.get("tools", [])
    ])  # fmt: skip


def _tokens(result: Result) -> str:
    rows = [[f"{line['tokens']:,}", *_sum(line["sum"])] for line in result.get("tokens", [])]
    return table(["tokens", *_SUM_HEAD], rows)


def _sweep(result: Result) -> str:
    bounds = [*(f"≤ {bound}" for bound in BOUNDS), "more"]
    head = ["while", "rows", "calls", "p50 ms", "p99 ms", "max ms", *bounds]
    return table(head, [
        [
            line["what"],
            f"{line['rows']:,}",
            f"{line['calls']:,}",
            *(f"{line[name]:.1f}" for name in ("p50_ms", "p99_ms", "max_ms")),
            *(str(count) for count in line["histogram"]),
        ]
        for line in result.get("sweep", [])
    ])  # fmt: skip


def _rows(result: Result) -> str:
    head = ["rows", "seconds", "MB of the answer", "MB more in the worker"]
    names = ("seconds", "answer_mb", "grown_mb")
    return table(head, [
        [f"{line['rows']:,}", *(f"{line[name]:,.2f}" for name in names)] for line in result.get("rows", [])
    ])  # fmt: skip


def _threads(result: Result) -> str:
    rows = [[str(line["threads"]), *_sum(line["sum"]), _rss(line)] for line in result.get("threads", [])]
    return table(["threads", *_SUM_HEAD, "MB a worker"], rows)


def _workers(result: Result) -> str:
    rows = [[str(line["workers"]), *_sum(line["sum"]), _rss(line)] for line in result.get("workers", [])]
    return table(["workers", *_SUM_HEAD, "MB a worker"], rows)


def _sign_ins(result: Result) -> str:
    head = ["clients", "sign-ins/s", "p50 ms", "p99 ms", "CPU µs"]
    names = ("per_second", "p50_ms", "p99_ms", "cpu_us")
    return table(head, [
        [str(line["clients"]), *(f"{line[name]:,.0f}" for name in names)] for line in result.get("sign_ins", [])
    ])  # fmt: skip


def _rss(line: Result) -> str:
    return f"{line['worker_rss_mb']:.0f}"


def _machine(result: Result) -> str:
    measured = f"{result['rounds']} rounds of {result['seconds']:g} seconds for each line"
    return f"{measured_on(result['machine'])} {measured}, of sums over 32 connections."


def _verdicts(result: Result) -> str:
    return verdict_table(growth_verdicts.verdicts_of(result))


TABLES = {
    "growth_machine": _machine,
    "growth_verdicts": _verdicts,
    "tools": _tools,
    "tokens": _tokens,
    "sweep": _sweep,
    "rows": _rows,
    "threads": _threads,
    "workers": _workers,
    "sign_ins": _sign_ins,
}
