"""What is measured: which cells, how often, how long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.cases import ALL, CORE, Case
from benchmarks.eras import LEGACY, MODERN


@dataclass(frozen=True)
class Cell:
    """One case over so many connections, in one era."""

    case: Case
    era: str
    connections: int


@dataclass(frozen=True)
class Plan:
    """Rounds of so many seconds for each cell and each server that speaks its era."""

    cells: tuple[Cell, ...]
    rounds: int = 3
    seconds: float = 3.0
    people: float = 0.0  # seconds of sign-ins, and of refreshes; 0: none
    more: bool = True  # also our server in other shapes

    def changed(self, rounds: int | None, seconds: float | None) -> Plan:
        """Return the plan with what was asked for in place of its own."""
        people = min(self.people, seconds or self.people)
        return replace(self, rounds=rounds or self.rounds, seconds=seconds or self.seconds, people=people)


def _cells(cases: tuple[Case, ...], connections: tuple[int, ...], *eras: str) -> Iterator[Cell]:
    for count in connections:
        for case in cases:
            for era in eras:
                yield Cell(case, era, count)


QUICK = Plan(tuple(_cells(CORE, (32,), MODERN, LEGACY)), more=False)
USUAL = Plan(
    (
        *_cells(ALL, (32,), MODERN, LEGACY),
        *_cells(CORE, (8, 1), MODERN),
        *_cells(CORE, (8, 1), LEGACY),
    ),
    people=5.0,
)
FULL = Plan(tuple(_cells(ALL, (32, 8, 1), MODERN, LEGACY)), rounds=5, seconds=5.0, people=10.0)
