"""What is measured: which cells, how often, how long."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.cases import ALL, CORE, MIXED, READ, Case


@dataclass(frozen=True)
class Cell:
    """One case over so many connections, in each server's own era, or in every one that it speaks."""

    case: Case
    connections: int
    every_era: bool = True


@dataclass(frozen=True)
class Plan:
    """Rounds of so many seconds for each cell and server."""

    cells: tuple[Cell, ...]
    rounds: int = 3
    seconds: float = 3.0
    starts: int = 1  # how often each server is started, to know how long that takes
    people: float = 0.0  # seconds of sign-ins, and of refreshes; 0: none
    more: bool = True  # also our server in other shapes

    def changed(self, rounds: int | None, seconds: float | None) -> Plan:
        """Return the plan with what was asked for in place of its own."""
        people = min(self.people, seconds or self.people)
        return replace(self, rounds=rounds or self.rounds, seconds=seconds or self.seconds, people=people)


def _cells(cases: tuple[Case, ...], *connections: int, every_era: bool = True) -> tuple[Cell, ...]:
    return tuple(Cell(case, count, every_era) for count in connections for case in cases)


QUICK = Plan(_cells(CORE, 32, every_era=False), more=False)
USUAL = Plan(
    (*_cells(CORE, 32), *_cells((MIXED, READ), 32, every_era=False), *_cells(CORE, 8, 1, every_era=False)),
    starts=3,
    people=5.0,
)
FULL = Plan(_cells(ALL, 32, 8, 1), rounds=5, seconds=5.0, starts=5, people=10.0)
BY_SIZE = {"quick": QUICK, "usual": USUAL, "full": FULL}
