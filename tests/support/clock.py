"""A clock that moves when it is told to."""

from __future__ import annotations


class Clock:
    """Gives seconds since the epoch, as ``time.time`` does."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time."""
        return self.now

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.now += seconds
