"""A result in words: the tables that docs/scaling.md holds, in Markdown."""

from __future__ import annotations

from typing import Any

Result = dict[str, Any]


def all_tables(result: Result) -> dict[str, str]:
    """Return each table by its name."""
    return {name: make(result) for name, make in _TABLES.items()}


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _calls(result: Result) -> str:
    head = ["store", "workers", "call", "connections", "calls/s", "p50 ms", "p99 ms", "CPU µs a call", "of PostgreSQL"]
    return _table(head, [
        [
            line["store"],
            f"{line['workers']} x {line['threads']}",
            line["case"],
            str(line["connections"]),
            f"{line['calls_per_second']:.0f}",
            f"{line['p50_ms']:.1f}",
            f"{line['p99_ms']:.1f}",
            str(line["cpu_us_per_call"]),
            str(line["database_cpu_us_per_call"] or ""),
        ]
        for line in result["calls"]
    ])  # fmt: skip


def _people(result: Result) -> str:
    head = ["store", "workers", "what", "each second", "p50 ms", "p99 ms", "CPU µs", "of PostgreSQL"]
    return _table(head, [
        [
            line["store"],
            f"{line['workers']} x {line['threads']}",
            line["kind"],
            f"{line['per_second']:.0f}",
            f"{line['p50_ms']:.0f}",
            f"{line['p99_ms']:.0f}",
            str(line["cpu_us"]),
            str(line["database_cpu_us"] or ""),
        ]
        for line in result["people"]
    ])  # fmt: skip


def _servers(result: Result) -> str:
    head = ["store", "workers", "ready after s", "MB a worker", "of its own"]
    return _table(head, [
        [
            line["store"],
            f"{line['workers']} x {line['threads']}",
            f"{line['start_seconds']:.1f}",
            f"{line['worker_rss_mb']:.0f}",
            f"{line['worker_pss_mb']:.0f}",
        ]
        for line in result["servers"]
    ])  # fmt: skip


def _stores(result: Result) -> str:
    head = ["store", "tokens", "MB on disk", "look-up µs", "its CPU µs", "count µs", "its CPU µs"]
    return _table(head, [
        [
            line["store"],
            f"{line['tokens']:,}",
            f"{line['bytes'] / 1e6:.1f}",
            f"{line['look_up']['us']:.0f}",
            f"{line['look_up']['cpu_us']:.0f}",
            f"{line['count']['us']:.0f}",
            f"{line['count']['cpu_us']:.0f}",
        ]
        for line in result["stores"]
    ])  # fmt: skip


_TABLES = {"calls": _calls, "people": _people, "servers": _servers, "stores": _stores}
