"""Medians of rounds, and what they are in proportion to other servers'."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

Result = dict[str, Any]
_MEASURES = ("calls_per_second", "p50_ms", "p95_ms", "p99_ms", "cpu_us", "cores", "bytes")


@dataclass(frozen=True)
class Figure:
    """One server in one cell: medians over the rounds, and between which values the calls each second were."""

    server: str
    kind: str
    era: str
    case: str
    connections: int
    medians: dict[str, float] = field(default_factory=dict)
    least: float = 0.0
    most: float = 0.0
    spread: tuple[int, ...] = ()  # connections of each worker, in one round
    error: str = ""

    @property
    def rate(self) -> float:
        """Return the calls each second; 0 when something was wrong."""
        return self.medians.get("calls_per_second", 0.0)


def figures_of(result: Result) -> list[Figure]:
    """Return a figure for each server and cell, in the order of the result."""
    kinds = {line["server"]: line["kind"] for line in result["servers"]}
    groups: dict[tuple[str, str, str, str, int], list[Result]] = {}
    for line in result["calls"]:
        where = (line["server"], kinds[line["server"]], line["era"], line["case"], line["connections"])
        groups.setdefault(where, []).append(line)
    return [_measured(Figure(*where), lines) for where, lines in groups.items()]


def _measured(figure: Figure, lines: list[Result]) -> Figure:
    errors = [line["error"] for line in lines if "error" in line]
    if errors:
        return replace(figure, error=errors[0])
    rates = [line["calls_per_second"] for line in lines]
    medians = {name: median(line[name] for line in lines) for name in _MEASURES}
    spread = tuple(sorted(lines[-1]["spread"], reverse=True))
    return replace(figure, medians=medians, least=min(rates), most=max(rates), spread=spread)


class Field:
    """The figures of one case over so many connections, of all servers and eras."""

    def __init__(self, case: str, connections: int, figures: list[Figure]) -> None:
        self.case, self.connections, self.figures = case, connections, figures

    def best(self, *kinds: str, server: str = "") -> Figure | None:
        """Return who answers most among the servers of ``kinds``, or of that name, in the era that suits it best."""
        found = [figure for figure in self.figures if figure.kind in kinds or figure.server == server]
        return max((figure for figure in found if figure.rate), key=lambda figure: figure.rate, default=None)

    def ratio(self, figure: Figure, *kinds: str) -> float | None:
        """Return how many times the best of ``kinds`` the figure is, None when one of both is missing."""
        other = self.best(*kinds)
        return figure.rate / other.rate if other and figure.rate else None


def fields_of(figures: list[Figure]) -> Iterator[Field]:
    """Give the cells, whatever the era."""
    for case, connections in dict.fromkeys((figure.case, figure.connections) for figure in figures):
        yield Field(case, connections, [f for f in figures if (f.case, f.connections) == (case, connections)])
