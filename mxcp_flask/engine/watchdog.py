"""Stops statements that run too long, that nobody waits for any more, or whose server ends."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import duckdb

from mxcp_flask.host import never
from mxcp_flask.logs import of_request, request_id

Alive = Callable[[], bool]
Verdict = Literal["late", "cancelled", "stopping"]
POLL = 0.5  # seconds between two looks at who still waits and whether the server ends, and between two interruptions

log = logging.getLogger("mxcp.engine")


@dataclass(eq=False)
class _Watched:
    deadline: float
    cursor: duckdb.DuckDBPyConnection
    alive: Alive | None
    verdict: Verdict | None = None
    request: str = field(default_factory=request_id.get)  # that it belongs to, in the log

    def is_given_up(self) -> bool:
        """Tell whether nobody waits any more."""
        with of_request(self.request):
            try:
                return self.alive is not None and not self.alive()
            except Exception:
                log.exception("cannot tell whether anybody waits for a statement")
                return False


class Watchdog:
    """Interrupts each watched cursor after ``seconds``, with one thread for all, which begins with the first.

    A cursor that is watched with ``alive`` is interrupted too when that returns False, and every cursor when
    ``must_stop`` returns True; both are asked twice a second, and may not block. Interruptions are repeated until the
    watching ends: DuckDB forgets one that falls between two parts of the work.
    """

    def __init__(
        self,
        seconds: float,
        must_stop: Callable[[], bool] = never,
        clock: Callable[[], float] = time.monotonic,
        poll: float = POLL,
    ) -> None:
        self.seconds = seconds
        self._must_stop = must_stop
        self._clock = clock
        self._poll = poll
        self._watched: set[_Watched] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._looks_at: float | None = None  # when the thread looks again by itself; None: when it is told
        self._was_used = False  # since it looked

    @contextmanager
    def watching(
        self, cursor: duckdb.DuckDBPyConnection, alive: Alive | None = None
    ) -> Iterator[Callable[[], Verdict | None]]:
        """Watch ``cursor`` meanwhile; what is given tells afterwards whether and why it was interrupted."""
        watched = _Watched(self._clock() + self.seconds, cursor, alive)
        with self._changed:
            self._watched.add(watched)
            self._was_used = True
            self._start()
            if self._looks_at is None or watched.deadline < self._looks_at:
                self._changed.notify()  # seldom: a thread that wakes up takes its time from the others
        try:
            yield lambda: watched.verdict
        finally:
            with self._changed:
                self._watched.discard(watched)

    def cancel(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Interrupt what runs on ``cursor``, if it is watched."""
        with self._changed:
            for watched in self._watched:
                if watched.cursor is cursor:
                    watched.verdict = watched.verdict or "cancelled"
                    cursor.interrupt()
            self._changed.notify()

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
            self._looks_at = None
            self._thread = threading.Thread(target=self._run, name="duckdb-watchdog", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                asked = {watched for watched in self._watched if watched.verdict is None}
            given_up = {watched for watched in asked if watched.is_given_up()}  # asked while nobody waits for the lock
            with self._changed:
                if self._thread is not threading.current_thread():
                    return
                pause = self._stop_some(given_up)
                self._looks_at = None if pause is None else self._clock() + pause
                self._changed.wait(pause)

    def _stop_some(self, given_up: Collection[_Watched]) -> float | None:
        """Interrupt every cursor that must stop, and return the seconds until the next look, if there is one."""
        now, ends = self._clock(), self._must_stop()
        for watched in self._watched:
            watched.verdict = watched.verdict or self._verdict(watched, now, ends=ends, given_up=watched in given_up)
            if watched.verdict:
                watched.cursor.interrupt()
        left = min((watched.deadline - now for watched in self._watched if not watched.verdict), default=self._poll)
        is_used, self._was_used = bool(self._watched) or self._was_used, False
        return min(left, self._poll) if is_used else None

    def _verdict(self, watched: _Watched, now: float, *, ends: bool, given_up: bool) -> Verdict | None:
        if watched.deadline <= now:
            return "late"
        if given_up:
            return "cancelled"
        return "stopping" if ends else None
