"""Servers against each other: all of them run, and take turns at the machine, cell by cell and round by round."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any

from requests import RequestException

from benchmarks import machine, people, upstream
from benchmarks.entrants import Entrant
from benchmarks.ground import Ground
from benchmarks.plans import Cell, Plan
from benchmarks.served import NotStarted, Served
from benchmarks.venvs import NotInstalled
from benchmarks.wrk import Request, WrongAnswer, drive, request_for

Result = dict[str, Any]
Tell = Callable[[Result], None]
_SIGN_INS: dict[str, people.SignIn] = {"ours": people.sign_in, "upstream": upstream.sign_in}
_WARM_UP = 1.0  # seconds


class Comparison:
    """The servers that could be started, and what has come of them."""

    def __init__(self, plan: Plan, tell: Tell) -> None:
        self.plan = plan
        self.result: Result = {"servers": [], "calls": [], "people": []}
        self._tell = tell
        self._running: list[tuple[Entrant, Served]] = []

    def start(self, stack: ExitStack, entrants: Sequence[Entrant], ground: Ground) -> None:
        """Start the servers one after the other; who does not start has a line that says why."""
        for entrant in entrants:
            facts = {"server": entrant.name, "kind": entrant.kind}
            try:
                versions = entrant.versions()
                served = stack.enter_context(entrant.serving(ground))
            except (NotInstalled, NotStarted) as error:
                self._add("servers", {**facts, "error": str(error)})
                continue
            self._running.append((entrant, served))
            self._add("servers", {**facts, "versions": versions, "start_seconds": served.start_seconds})

    def measure(self) -> None:
        """Measure all cells, then sign-ins, then what is in memory after all that."""
        for cell in self.plan.cells:
            self._measure(cell)
        for entrant, served in self._running:
            if self.plan.people and entrant.kind in _SIGN_INS:
                self._measure_people(entrant, served)
        for entrant, served in self._running:
            [line] = [line for line in self.result["servers"] if line["server"] == entrant.name]
            line |= served.memory()

    def _measure(self, cell: Cell) -> None:
        taking_part = list(self._prepared(cell))
        for number in range(1, self.plan.rounds + 1):
            for facts, served, request in taking_part:
                line = {**facts, "round": number, "load": machine.load()}
                try:
                    self._add("calls", line | drive(served, request, cell.connections, cell.seconds))
                except WrongAnswer as error:
                    self._add("calls", line | {"error": str(error)})

    def _prepared(self, cell: Cell) -> Iterator[tuple[Result, Served, Request]]:
        """Give whoever answers rightly, warm."""
        for entrant, served in self._running:
            for era in _eras_of(entrant, cell):
                facts = {"server": entrant.name, "era": era, "case": cell.case.name, "connections": cell.connections}
                try:
                    request = request_for(served, cell.case, era, cell.connections)
                except (WrongAnswer, RequestException) as error:
                    self._add("calls", {**facts, "round": 0, "error": str(error)})
                    continue
                with suppress(WrongAnswer):  # the rounds will tell
                    drive(served, request, cell.connections, _WARM_UP)
                yield facts, served, request

    def _measure_people(self, entrant: Entrant, served: Served) -> None:
        for measure in (people.measure_sign_ins, people.measure_refreshes):
            told = measure(served, _SIGN_INS[entrant.kind], self.plan.people)
            self._add("people", {"server": entrant.name, "load": machine.load(), **told})

    def _add(self, part: str, line: Result) -> None:
        self._tell(line)
        self.result[part].append(line)


def _eras_of(entrant: Entrant, cell: Cell) -> tuple[str, ...]:
    """Return in which eras ``entrant`` takes part: our server's other shapes in one at most."""
    if entrant.is_variant:
        return entrant.eras[:1] if cell.every_shape else ()
    return entrant.eras if cell.every_era else entrant.eras[:1]
