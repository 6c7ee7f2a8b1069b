"""Lets the threads of a worker run Python one after the other, instead of all at once.

Only one of them can run Python at any moment anyway, and each that waits at Python's own lock is woken at every small
system call of the one that runs, in vain: a hundred times for a small call. Here it waits once, until the one inside
leaves or goes aside, as it does while DuckDB works. Who comes back from there goes first, as its call has begun. It
waits for a moment only: then it goes on at Python's own lock as ever, so that whoever is held up inside, by a slow
client or a locked file, holds nobody else up.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST = 0.01  # seconds that the one inside may do nothing that is seen from outside


class Turnstile:
    """One thread is inside, as long as nobody loses patience."""

    def __init__(self) -> None:
        self._mine = threading.local()
        self._guard = threading.Lock()  # of all that follows, held for an instant
        self._taken = False
        self._returning = deque[threading.Lock]()
        self._coming = deque[threading.Lock]()
        self._steps = 0  # of those inside

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be inside meanwhile."""
        self._enter(self._coming)
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
            self._enter(self._returning)

    def step(self) -> None:
        """Stay inside between two pieces of work, unless somebody is on the way back to a piece that has begun."""
        if getattr(self._mine, "inside", False) and not self._returning:
            self._steps += 1
            return
        self._leave()
        self._enter(self._coming)

    def _enter(self, queue: deque[threading.Lock]) -> None:
        with self._guard:
            if not self._taken:
                self._taken = self._mine.inside = True
                return
            gate = threading.Lock()
            gate.acquire()
            queue.append(gate)
        self._mine.inside = self._wait(queue, gate)

    def _wait(self, queue: deque[threading.Lock], gate: threading.Lock) -> bool:
        while True:
            seen = self._steps
            if gate.acquire(timeout=LONGEST):
                return True
            with self._guard:
                if gate not in queue:
                    return True
                if queue is self._returning or seen == self._steps:
                    queue.remove(gate)
                    return False

    def _leave(self) -> bool:
        if not getattr(self._mine, "inside", False):
            return False
        self._mine.inside = False
        with self._guard:
            self._steps += 1
            queue = self._returning or self._coming
            if queue:
                queue.popleft().release()
            else:
                self._taken = False
        return True


turnstile = Turnstile()
"""Of this process."""
