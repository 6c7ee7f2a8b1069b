"""A comparison in words: the tables that are printed and that docs/performance.md holds, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from benchmarks import ratios
from benchmarks.eras import TITLES
from benchmarks.figures import Field, Figure, fields_of, figures_of
from benchmarks.machine import measured_on
from benchmarks.tables import table
from benchmarks.verdicts import CONNECTIONS, OURS, Verdict, verdicts_of

Result = dict[str, Any]
_HEAD = [
    "connections",
    "call",
    "server",
    "era",
    "calls/s",
    "from",
    "to",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "CPU µs",
    "cores",
    "each worker's",
    "x upstream",
    "x best peer",
    "x limit",
]


def text_of(result: Result) -> str:
    """Return all of it."""
    return "\n\n".join(make(result) for make in TABLES.values())


def _machine(result: Result) -> str:
    rounds = f"{result['rounds']} rounds for each line; all servers and wrk shared the cores."
    return f"{measured_on(result['machine'])} {rounds}"


def _calls(result: Result) -> str:
    return _table_of(field for field in _fields(result) if field.connections == CONNECTIONS)


def _fewer(result: Result) -> str:
    return _table_of(field for field in _fields(result) if field.connections != CONNECTIONS)


def _table_of(fields: Iterable[Field]) -> str:
    return table(_HEAD, [_line(field, figure) for field in fields for figure in field.figures])


def _fields(result: Result) -> list[Field]:
    return list(fields_of(figures_of(result)))


def _ratios(result: Result) -> str:
    rows = ratios.rows_of(result, _fields(result))
    head = ["of", "measure", OURS, "x upstream", "x best peer", "x limit"]
    return table(head, [[what, name, f"{own:,.1f}", *map(_ratio, others)] for what, name, own, others in rows])


def _line(field: Field, figure: Figure) -> list[str]:
    where = [str(field.connections), field.case, figure.server, TITLES[figure.era]]
    if figure.error:
        return [*where, f"error: {plain(figure.error)}", *[""] * (len(_HEAD) - len(where) - 1)]
    medians = figure.medians
    return [
        *where,
        *(f"{number:,.0f}" for number in (figure.rate, figure.least, figure.most)),
        *(f"{medians[name]:.1f}" for name in ("p50_ms", "p95_ms", "p99_ms")),
        f"{medians['cpu_us']:,.0f}",
        f"{medians['cores']:.2f}",
        " + ".join(map(str, figure.spread)),
        *(_ratio(field.ratio(figure, *kinds)) for kinds in (("upstream",), ("upstream", "peer"), ("limit",))),
    ]


def _servers(result: Result) -> str:
    head = ["server", "ready after s", "processes", "MB each", "of its own", "MB together", "with"]
    return table(head, [_server(line) for line in result["servers"]])


def _server(line: Result) -> list[str]:
    if "error" in line:
        return [line["server"], f"error: {plain(line['error'])}", *[""] * 5]
    versions = ", ".join(f"{name} {version}" for name, version in line["versions"].items())
    memory = [f"{line[name]:.0f}" for name in ("worker_rss_mb", "worker_pss_mb", "all_pss_mb")]
    return [line["server"], f"{line['start_seconds']:.2f}", str(line["processes"]), *memory, versions]


def _people(result: Result) -> str:
    head = ["server", "what", "each second", "p50 ms", "p99 ms", "CPU µs"]
    names = ("per_second", "p50_ms", "p99_ms", "cpu_us")
    return table(head, [
        [line["server"], line["kind"], *(f"{line[name]:,.0f}" for name in names)] for line in result["people"]
    ])  # fmt: skip


def _verdicts(result: Result) -> str:
    return verdict_table(verdicts_of(_fields(result)))


def verdict_table(verdicts: Iterable[Verdict]) -> str:
    """Return what was needed, what was measured, and whether it is enough."""
    head = ["of", "what", "needed", "measured", "met"]
    return table(head, [_verdict(verdict) for verdict in verdicts])


def _verdict(verdict: Verdict) -> list[str]:
    measured = "not measured" if verdict.measured is None else f"{verdict.measured:.2f}"
    sign = "≤" if verdict.at_most else "≥"
    return [verdict.case, verdict.what, f"{sign} {verdict.needed:.4g}", measured, "yes" if verdict.is_met else "no"]


def _ratio(number: float | None) -> str:
    return "" if number is None else f"{number:.2f}"


def plain(text: str) -> str:
    """Return the beginning of ``text`` as a cell takes it."""
    return " ".join(text.replace("|", "/").split())[:120]


TABLES = {
    "machine": _machine,
    "verdicts": _verdicts,
    "calls": _calls,
    "fewer": _fewer,
    "ratios": _ratios,
    "servers": _servers,
    "people": _people,
}
