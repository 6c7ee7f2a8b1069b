"""Lets the threads of a worker run Python one after the other, instead of all at once.

Only one of them can run Python at any moment anyway, and each that waits at Python's own lock is woken at every small
system call of the one that runs, in vain: a hundred times for a small call. Here it waits once, until the one inside
leaves or goes aside, as it does while DuckDB works. Who comes back from there goes first, as its call has begun.

One that is held up inside, by a slow client or a locked file, holds nobody else up: when nothing has been seen of it
for a moment, the next one takes its place, and it goes on at Python's own lock, as ever, until it comes again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, get_ident

LONGEST = 0.01  # seconds that nothing may be seen of the one inside


class Gate:
    """Where a thread waits, behind a lock that is taken."""

    def __init__(self) -> None:
        self.thread = get_ident()
        self.lock = Lock()
        self.lock.acquire()


class Turnstile:
    """One thread is inside; the others wait, or go on without having a place here."""

    def __init__(self) -> None:
        self._guard = Lock()  # of all that follows, held for an instant
        self._inside: int | None = None  # the thread
        self._returning = deque[Gate]()
        self._coming = deque[Gate]()
        self._steps = 0  # that have been seen of those inside

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
        """Be inside from one piece of work to the next, and let those go first who come back to one that has begun."""
        if self._inside == get_ident() and not self._returning:
            self._steps += 1
            return
        self._leave()
        self._enter(self._coming)

    def _enter(self, queue: deque[Gate]) -> None:
        with self._guard:
            if self._inside is None:
                self._inside = get_ident()
                return
            gate = Gate()
            queue.append(gate)
        seen = self._steps
        while not (gate.lock.acquire(timeout=LONGEST) or self._passes(queue, gate, seen)):
            seen = self._steps

    def _passes(self, queue: deque[Gate], gate: Gate, seen: int) -> bool:
        """Let in who waits at ``gate``, in the place of one of whom no step was seen; tell whether it is in."""
        with self._guard:
            if gate not in queue:
                return True
            if seen != self._steps:
                return False
            queue.remove(gate)
            self._let_in(gate.thread)
            return True

    def _leave(self) -> bool:
        """Let the next one in; tell whether this thread was inside."""
        with self._guard:
            if self._inside != get_ident():
                return False
            queue = self._returning or self._coming
            gate = queue.popleft() if queue else None
            self._let_in(gate.thread if gate else None)
        if gate:
            gate.lock.release()
        return True

    def _let_in(self, thread: int | None) -> None:
        self._inside = thread
        self._steps += 1


turnstile = Turnstile()
"""Of this process."""
