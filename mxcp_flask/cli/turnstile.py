"""Lets the threads of a worker run Python one after the other, instead of all at once.

Only one of them can run Python at any moment anyway, and each that waits at Python's own lock is woken at every small
system call of the one that runs, in vain: a hundred times for a small call. Here it waits once, until the other is done
or goes aside, as it does while DuckDB works. It waits for a moment only: then it goes on at Python's own lock as ever,
so that whoever is held up inside, by a slow client or a locked file, holds nobody else up.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 0.01  # seconds


class Turnstile:
    """One thread is inside, as long as nobody loses patience."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mine = threading.local()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be inside meanwhile."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let another one in meanwhile, if this thread is inside at all."""
        if not self._leave():
            yield
            return
        try:
            yield
        finally:
            self._enter()

    def _enter(self) -> None:
        self._mine.lock = self._lock if self._lock.acquire(timeout=LONGEST) else None

    def _leave(self) -> bool:
        lock: threading.Lock | None = getattr(self._mine, "lock", None)
        if lock is None:
            return False
        self._mine.lock = None
        lock.release()
        return True


turnstile = Turnstile()
"""Of this process."""
