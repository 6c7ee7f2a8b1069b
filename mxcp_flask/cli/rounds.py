"""Whose turn it is: connections wait in one line, and a worker's threads take the first one again and again.

A thread that has answered goes on with the connection that waits longest, and puts the one that it had at the end of
the line. While it waits at the turnstile it has none, so that no connection waits for a thread that waits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from mxcp_flask.cli.turnstile import turnstile


class Rounds:
    """The line. Threads share it without a lock, which is why what they count is kept in deques.

    ``start`` lets a thread of a pool that has ``threads`` of them do something, and ``answer`` answers a connection's
    request and tells whether the connection stays in the rounds; it raises nothing.
    """

    def __init__(
        self, threads: int, start: Callable[[Callable[[], None]], None], answer: Callable[[Any], bool]
    ) -> None:
        self.waiting = deque[Any]()
        self._threads = threads
        self._start = start
        self._answer = answer
        self._takers = deque[None]()  # the threads that go round, or will when they have started
        self._looking = deque[None]()  # those among them that have no connection

    def wait(self, conn: Any) -> None:
        """Put a connection at the end of the line, and start a thread if too few are about to look there."""
        self.waiting.append(conn)
        if len(self.waiting) > len(self._looking) and len(self._takers) < self._threads:
            self._takers.append(None)
            self._looking.append(None)
            self._start(self.go_round)

    def go_round(self) -> None:
        """Answer, in a thread, as long as any connection waits."""
        with turnstile.inside():
            while conn := self._first():
                stays = self._answer(conn)
                self._looking.append(None)
                if stays:
                    with suppress(RuntimeError):  # of a pool that is shut down: this thread goes on, all the same
                        self.wait(conn)
                turnstile.step()

    def _first(self) -> Any:
        """Return the connection that waits longest, or None, and then this thread goes round no more."""
        while True:
            self._looking.pop()  # first, lest whoever puts something into the line now counts on this thread
            try:
                return self.waiting.popleft()
            except IndexError:
                self._takers.pop()
            if not self.waiting:
                return None
            self._takers.append(None)  # as somebody came in between, and started no thread for want of this one
            self._looking.append(None)
