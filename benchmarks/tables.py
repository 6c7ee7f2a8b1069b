"""A result in words: the tables that docs/scaling.md holds, in Markdown."""

from __future__ import annotations

from typing import Any

from benchmarks.sizing import Fleet, costs_of

Result = dict[str, Any]


def all_tables(result: Result) -> dict[str, str]:
    """Return each table by its name."""
    return {name: make(result) for name, make in TABLES.items()}


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _calls(result: Result) -> str:
    head = [
        "store",
        "workers",
        "call",
        "connections",
        "calls/s",
        "p50 ms",
        "p99 ms",
        "max ms",
        "CPU µs",
        "of PostgreSQL",
    ]
    return table(head, [
        [
            line["store"],
            f"{line['workers']} x {line['threads']}",
            line["case"],
            str(line["connections"]),
            f"{line['calls_per_second']:.0f}",
            f"{line['p50_ms']:.1f}",
            f"{line['p99_ms']:.1f}",
            f"{line['max_ms']:.0f}",
            str(line["cpu_us"]),
            str(line["database_cpu_us"] or ""),
        ]
        for line in result["calls"]
    ])  # fmt: skip


def _people(result: Result) -> str:
    head = ["store", "workers", "what", "each second", "p50 ms", "p99 ms", "CPU µs", "of PostgreSQL"]
    return table(head, [
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
    return table(head, [
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
    return table(head, [
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


def _machine(result: Result) -> str:
    machine = result["machine"]
    packages = machine["packages"]
    return " ".join(
        [
            f"Measured {machine['time'][:10]} on {machine['cores']} cores ({machine['processor']}) with Python",
            f"{machine['python']}, DuckDB {packages['duckdb']} and gunicorn {packages['gunicorn']},",
            f"{result['seconds_per_case']:g} seconds for each line. Server, load and PostgreSQL shared the cores, and",
            f"other work went on: {machine['load_at_start']} processes wanted a core at the start,",
            f"{machine['load_at_end']} at the end, so the calls each second are less than a machine of its own gives.",
        ]
    )


def _sizing(result: Result) -> str:
    if not any(line["store"] == "postgresql" for line in result["stores"]):
        return ""
    head = [
        "servers",
        "calls/s",
        "people at once",
        "sign-ins/s",
        "refreshes/s",
        "PostgreSQL cores",
        "connections",
        "GB",
    ]
    fleets = [Fleet(servers, costs_of(result)) for servers in (1, 10, 100, 1000)]
    return table(head, [
        [
            f"{fleet.servers:,}",
            _rounded(fleet.calls),
            _rounded(fleet.people),
            _rounded(fleet.sign_ins),
            _rounded(fleet.refreshes),
            _rounded(fleet.database_cores),
            f"{fleet.connections:,}",
            _rounded(fleet.gigabytes),
        ]
        for fleet in fleets
    ])  # fmt: skip


def _rounded(number: float) -> str:
    """Return ``number`` with two digits that count: it is an estimate."""
    return f"{float(f'{number:.2g}'):,.0f}" if number >= 10 else f"{number:.2g}"


TABLES = {
    "machine": _machine, "calls": _calls, "people": _people, "servers": _servers, "stores": _stores, "sizing": _sizing
}  # fmt: skip
