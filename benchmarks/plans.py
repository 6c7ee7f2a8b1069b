"""What is measured: which cells, how often, how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from benchmarks.cases import ALL, CORE, MIXED, READ, Case


@dataclass(frozen=True)
class Cell:
    """One case over so many connections, in each server's own era, or in every one that it speaks."""

    case: Case
    connections: int
    every_era: bool = False
    every_shape: bool = True  # of our server
    seconds: float = 3.0


@dataclass(frozen=True)
class Plan:
    """Rounds of each cell for each server."""

    cells: tuple[Cell, ...]
    rounds: int = 3
    starts: int = 1  # how often each server is started, to know how long that takes
    people: float = 0.0  # seconds of sign-ins, and of refreshes; 0: none
    more: bool = True  # also our server in other shapes

    def changed(self, rounds: int | None, seconds: float | None) -> Plan:
        """Return the plan with what was asked for in place of its own."""
        cells = self.cells if seconds is None else tuple(replace(cell, seconds=seconds) for cell in self.cells)
        people = min(self.people, seconds or self.people)
        return replace(self, cells=cells, rounds=rounds or self.rounds, people=people)


def _cells(cases: tuple[Case, ...], *connections: int, **more: Any) -> tuple[Cell, ...]:
    return tuple(Cell(case, count, **more) for count in connections for case in cases)


QUICK = Plan(_cells(CORE, 32), more=False)
USUAL = Plan(
    (
        *_cells(CORE, 32, every_era=True),
        *_cells((READ,), 32, seconds=2.0),
        *_cells((MIXED,), 8, seconds=4.0),
        *_cells(CORE, 8, 1, every_shape=False, seconds=2.0),
    ),
    starts=3,
    people=5.0,
)
FULL = Plan(_cells(ALL, 32, 8, 1, every_era=True, seconds=5.0), rounds=5, starts=5, people=10.0)
BY_SIZE = {"quick": QUICK, "usual": USUAL, "full": FULL}
