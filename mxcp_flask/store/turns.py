"""Turns of the threads of one process."""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """One thread at a time, in the order in which they asked, which a lock does not keep."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()  # each is released when the turn of its thread comes

    def take(self, patience: float) -> bool:
        """Wait for this thread's turn for so many seconds, and tell whether it came."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            gate = threading.Lock()
            gate.acquire()
            self._waiting.append(gate)
        return gate.acquire(timeout=patience) or self._came_at_last(gate)

    def hand_over(self) -> bool:
        """End this thread's turn if another one waits, whose turn it is then, and tell whether one does."""
        with self._guard:
            return self._handed_over()

    def give_back(self) -> None:
        """End this thread's turn."""
        with self._guard:
            self._taken = self._handed_over()

    def _handed_over(self) -> bool:
        if self._waiting:
            self._waiting.popleft().release()
            return True
        return False

    def _came_at_last(self, gate: threading.Lock) -> bool:
        with self._guard:
            if gate not in self._waiting:
                return True
            self._waiting.remove(gate)
            return False
