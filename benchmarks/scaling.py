"""Our server in several shapes, and the stores with more and more tokens: the figures of docs/scaling.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks import machine, ours, people, stores
from benchmarks.cases import CORE
from benchmarks.eras import MODERN
from benchmarks.ground import Ground
from benchmarks.ours import Shape
from benchmarks.served import Served
from benchmarks.wrk import drive, request_for

Result = dict[str, Any]
Tell = Callable[[Result], None]
SECONDS = 5.0
THREADS = {1: 8, 2: 4}  # what mxcp serve chooses


@dataclass(frozen=True)
class Scale:
    """What is measured."""

    stores: Sequence[str] = ("sqlite", "postgresql")
    workers: Sequence[int] = (1, 2)
    connections: Sequence[int] = (1, 8, 32)
    sizes: Sequence[int] = (1_000, 1_000_000)  # tokens
    seconds: float = SECONDS

    @property
    def shapes(self) -> list[Shape]:
        """Return the shapes of the server."""
        return [Shape(store, workers, THREADS.get(workers, 4)) for store in self.stores for workers in self.workers]


def measure(scale: Scale, ground: Ground, tell: Tell) -> Result:
    """Return a result."""
    result: Result = {"seconds_per_case": scale.seconds, "servers": [], "calls": [], "people": [], "stores": []}

    def add(part: str, line: Result) -> None:
        tell(line)
        result[part].append(line)

    for shape in scale.shapes:
        with ours.serving(shape, ground) as served:
            for case, line in _calls(scale, served):
                add("calls", {**shape.facts, "load": machine.load(), "case": case, **line})
            for told in _people(scale, served):
                add("people", {**shape.facts, "load": machine.load(), **told})
            add("servers", {**shape.facts, "start_seconds": served.start_seconds, **served.memory()})
    for store in scale.stores if scale.sizes else ():
        database = ground.new_database() if ground.new_database and store == "postgresql" else None
        for line in stores.measure(store, database, tuple(scale.sizes)):
            add("stores", line)
    return result


def _calls(scale: Scale, served: Served) -> Any:
    for case in CORE:
        request = request_for(served, case, MODERN, 1)
        drive(served, request, 4, 1.0)  # every thread has opened what it needs
        for connections in scale.connections:
            told = drive(served, request, connections, scale.seconds)
            yield case.name, {"connections": connections, **told}


def _people(scale: Scale, served: Served) -> Any:
    for work in (people.measure_sign_ins, people.measure_refreshes):
        yield work(served, people.sign_in, scale.seconds)
