"""gunicorn's worker with threads, whose connections take turns: one request each, in the order in which they came.

    the kernel -- accept --> waiting -- a thread --> answered -- still open --> waiting, at its end
         fewer than one a thread     ^                     \\-- nothing comes --> gunicorn's loop, idle
                                     \\--------------------------------- readable --------------/

A thread that has answered goes on with the first connection that waits. gunicorn's own threads give each connection
back to the loop and get the next one from there, which costs more than a small call.

New connections are accepted as long as fewer of them than there are threads have had no answer: more would wait here
while another worker, or this server's successor, might have a thread for them, and would be lost with this one. They
wait in the kernel instead. One that is open already, and asks again, is behind all who came before.
"""

from __future__ import annotations

import select
import socket
import struct
from collections import deque
from dataclasses import dataclass
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker

from mxcp_flask.cli.turnstile import turnstile

SLOWEST_READ = 10  # seconds
PAUSE = 2  # milliseconds that a thread waits for the next request of a connection when no other one waits


@dataclass(frozen=True)
class Outcome:
    """What became of a connection, as gunicorn's loop asks for it: a future that is done."""

    kept: Any

    def cancelled(self) -> bool:
        """Tell that it came to something."""
        return False

    def result(self) -> Any:
        """Return whether the connection is kept, or gunicorn's word for one on which nothing has come yet."""
        return self.kept


class RoundsWorker(ThreadWorker):  # type: ignore[misc]
    """The turns, and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = deque[Any]()  # connections
        self.fresh = set[Any]()  # connections that have had no answer
        self.takers = deque[None]()  # one for each thread that takes connections; as all of these, threads share it

    @property
    def worker_connections(self) -> int:
        """Return how many connections it may have now."""
        return min(int(self.cfg.worker_connections), self.nr_conns - len(self.fresh) + int(self.cfg.threads))

    @worker_connections.setter
    def worker_connections(self, _: int) -> None:
        """Do nothing: gunicorn sets what it was configured to."""

    @property
    def max_keepalived(self) -> int:
        """Return how many connections may be idle."""
        return int(self.cfg.worker_connections) - int(self.cfg.threads) - len(self.waiting)

    @max_keepalived.setter
    def max_keepalived(self, _: int) -> None:
        """Do nothing: gunicorn sets what it was configured to."""

    def enqueue_req(self, conn: Any) -> None:
        """Let a connection of the loop's wait for a thread."""
        if not conn.initialized:
            self.fresh.add(conn)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SLOWEST_READ, 0))
        self._wait(conn)

    def take_turns(self) -> None:
        """Answer, in a thread, as long as any connection waits."""
        with turnstile.inside():
            while conn := self._first():
                while conn := self._take(conn):
                    turnstile.step()
                turnstile.step()

    def _wait(self, conn: Any) -> None:
        self.waiting.append(conn)
        if len(self.takers) < self.cfg.threads:
            self.takers.append(None)
            self.tpool.submit(self.take_turns)

    def _first(self) -> Any:
        """Return the connection that waits longest, or None, and then this thread is no taker any more."""
        while True:
            try:
                return self.waiting.popleft()
            except IndexError:
                self.takers.pop()
            if not self.waiting:  # or somebody has come who took this thread for a taker
                return None
            self.takers.append(None)

    def _take(self, conn: Any) -> Any:
        """Answer one request; return the connection if it is this thread's next, because no other one waits."""
        if not self._has_come(conn):
            self._give_back(conn, True if conn.initialized else _DEFER)
            return None
        conn.data_ready, kept = True, False
        try:
            kept = self.handle(conn)
        finally:
            following = self._hand_on(conn, kept)
        return following

    def _has_come(self, conn: Any) -> bool:
        if is_readable(conn, 0):
            return True
        if self.waiting:
            return False
        with turnstile.aside():
            return is_readable(conn, PAUSE)

    def _hand_on(self, conn: Any, kept: Any) -> Any:
        if kept is not True or not self.alive:
            self._give_back(conn, kept)
            return None
        if conn in self.fresh:
            self._answered(conn)
        if not self.waiting:
            return conn
        self._wait(conn)
        return None

    def _answered(self, conn: Any) -> None:
        self.fresh.discard(conn)
        if not self._accepting:
            self.method_queue.defer(_look_again)

    def _give_back(self, conn: Any, kept: Any) -> None:
        """Give the connection to the loop, closed if it is not kept: a thread can wait for the client to close too."""
        self.fresh.discard(conn)
        if kept is False:
            with turnstile.aside():
                conn.close(graceful=True)
            conn.close = _leave_closed
        self.method_queue.defer(self.finish_request, conn, Outcome(kept))


def is_readable(conn: Any, pause: int) -> bool:
    """Tell whether the connection's next request, or its end, is there or comes within ``pause`` milliseconds."""
    if conn.data_ready and not conn.initialized:
        return True
    if conn.parser is not None and conn.parser.unreader.buf.getvalue():
        return True
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(pause))


def _look_again() -> None:
    """Do nothing: the loop looks whether it may accept a connection whenever it has done something."""


def _leave_closed(graceful: bool = False) -> None:
    """Do nothing, in the place of a connection's ``close``."""
