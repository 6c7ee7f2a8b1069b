"""Stops statements that run too long, or that nobody waits for any more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import duckdb

Alive = Callable[[], bool]
Verdict = Literal["late", "cancelled"]
POLL = 0.5  # seconds between two looks at whether somebody still waits


@dataclass
class _Watched:
    deadline: float
    cursor: duckdb.DuckDBPyConnection
    alive: Alive | None
    verdict: Verdict | None = None

    def judge(self, now: float) -> float:
        """Return the seconds until the next look, having come to a verdict if it is time for one."""
        if now >= self.deadline:
            self.verdict = "late"
        elif self.alive is not None and not self.alive():
            self.verdict = "cancelled"
        left = self.deadline - now
        return left if self.alive is None else min(left, POLL)


class Watchdog:
    """Interrupts each watched cursor after ``seconds``, with one thread for all, which begins with the first.

    A cursor that is watched with ``alive`` is interrupted too when that returns False; it is asked twice a second.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._watched: dict[int, _Watched] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(
        self, cursor: duckdb.DuckDBPyConnection, alive: Alive | None = None
    ) -> Iterator[Callable[[], Verdict | None]]:
        """Watch ``cursor`` meanwhile; what is given tells afterwards whether and why it was interrupted."""
        watched = _Watched(self._clock() + self.seconds, cursor, alive)
        with self._changed:
            self._watched[id(watched)] = watched
            self._start()
            self._changed.notify()
        try:
            yield lambda: watched.verdict
        finally:
            with self._changed:
                self._watched.pop(id(watched), None)

    def stop(self) -> None:
        """End the thread, if there is one here; the next cursor that is watched starts another."""
        with self._changed:
            thread, self._thread = self._thread, None
            self._changed.notify()
        if thread is not None and thread.is_alive():
            thread.join()

    def _start(self) -> None:
        # A fork leaves the thread behind in the parent.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="duckdb-watchdog", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        with self._changed:
            while self._thread is threading.current_thread():
                self._changed.wait(self._stop_some())

    def _stop_some(self) -> float | None:
        """Interrupt every cursor whose time is over, and return the seconds until the next look, if there is one."""
        waits = []
        for key, watched in list(self._watched.items()):
            waits.append(watched.judge(self._clock()))
            if watched.verdict is not None:
                waits.pop()
                del self._watched[key]
                watched.cursor.interrupt()
        return min(waits, default=None)
