"""Stops statements that run too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb

_Watched = tuple[float, duckdb.DuckDBPyConnection]


class Watchdog:
    """Interrupts each watched cursor after ``seconds``, with one thread for all, which begins with the first.

    As all have the same time, the one that was watched first is always the next to be stopped.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._watched: dict[object, _Watched] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[Callable[[], bool]]:
        """Watch ``cursor`` meanwhile; what is given tells afterwards whether it was interrupted."""
        key = object()
        with self._changed:
            self._watched[key] = (self._clock() + self.seconds, cursor)
            self._start()
            self._changed.notify()
        try:
            yield lambda: key not in self._watched
        finally:
            with self._changed:
                self._watched.pop(key, None)

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
                self._changed.wait(self._stop_late())

    def _stop_late(self) -> float | None:
        """Interrupt every cursor whose time is over, and return the seconds until the next one's, if there is one."""
        for key, (deadline, cursor) in list(self._watched.items()):
            left = deadline - self._clock()
            if left > 0:
                return left
            del self._watched[key]
            cursor.interrupt()
        return None
