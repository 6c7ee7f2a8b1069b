"""gunicorn's worker with threads, as ours: patient with slow clients, and quick to let go."""

from __future__ import annotations

import select
import signal
import socket
import struct
import sys
import threading
import time
from collections import deque
from typing import Any, NoReturn

from gunicorn.workers.gthread import DEFAULT_WORKER_DATA_TIMEOUT, ThreadWorker

from mxcp_flask.cli.reloading import hang_up
from mxcp_flask.cli.turnstile import turnstile

SLOWEST_READ = 10  # seconds
TURN = 0.005  # seconds that a thread stays with a connection while others wait for one
PAUSE = 2  # milliseconds that a thread waits for the next request of the connection it is with
HEARD = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2}
"""The signals that mean something to a worker."""


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads, which do not wait for ever for a client that stops in the middle of its request.

    A thread stays with its connection as long as requests come on it without a pause, and not longer than a turn while
    others wait: handing the connection to the worker's loop and back costs more than a small call.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queued = deque[None]()  # one for each connection that waits for a thread; a deque, as threads share it
        self.turn = threading.local()

    told_at: float | None = None  # when SIGTERM came (time.monotonic)
    last = False  # whether nobody will take what waits at the listening socket after this worker

    @property
    def worker_connections(self) -> int:
        """Return how many connections it may have: a request for each thread, besides those that are idle.

        More would wait here while another worker, or this server's successor, might have a thread for them, and they
        would be lost with this one. They wait in the kernel instead.
        """
        idle = len(self.keepalived_conns) + len(self.pending_conns)
        return min(int(self.cfg.worker_connections), int(self.cfg.threads) + idle)

    @worker_connections.setter
    def worker_connections(self, _: int) -> None:
        """Do nothing: gunicorn sets what it was configured to."""

    @property
    def max_keepalived(self) -> int:
        """Return how many idle connections it may keep: none after its turn while others wait to connect.

        Whoever has a connection could send one request after the other, and the others would never get a thread; so it
        is closed, and all queue up alike.
        """
        may_keep = self._accepting or time.monotonic() < getattr(self.turn, "ends", 0.0)
        return int(self.cfg.worker_connections) - int(self.cfg.threads) if may_keep else 0

    @max_keepalived.setter
    def max_keepalived(self, _: int) -> None:
        """Do nothing: gunicorn sets what it was configured to."""

    def enqueue_req(self, conn: Any) -> None:
        """Bound each read from the client's socket, and hand it to a thread."""
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SLOWEST_READ, 0))
        self.queued.append(None)
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Answer the requests of a turn in a thread, and wait there, not in the loop that all need, for its end."""
        self.queued.pop()
        self.turn.ends = time.monotonic() + TURN
        if not conn.initialized:
            conn.wait_for_data(DEFAULT_WORKER_DATA_TIMEOUT)  # as gunicorn does, but before it is inside
        with turnstile.inside():
            kept = super().handle(conn)
        while kept is True and self._may_stay() and is_readable(conn):
            with turnstile.inside():
                kept = super().handle(conn)
        if kept is False:
            conn.close(graceful=True)
            conn.close = leave_closed
        return kept

    def _may_stay(self) -> bool:
        others_wait = self.queued or not self._accepting
        return bool(self.alive) and not (others_wait and time.monotonic() >= self.turn.ends)

    def handle_quit(self, *_: object) -> NoReturn:
        """End now. gunicorn's own handler waits for a lock that the code it interrupts may hold, and so for ever."""
        self.alive = False
        sys.exit(0)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begin to end: take no new connection, and let what runs go on for ``graceful_timeout``."""
        self.told_at = self.told_at or time.monotonic()
        super().handle_exit(sig, frame)

    def handle_last(self, *_: object) -> None:
        """Note that this server has no successor; SIGTERM follows."""
        self.last = True

    def set_accept_enabled(self, enabled: bool) -> None:
        """Begin or cease to take connections; at the end of a server, take those that wait before the socket closes."""
        super().set_accept_enabled(enabled)
        if self.last and not self.alive:
            for listener in self.sockets:
                self._take_waiting(listener)
                listener.close()

    def init_signals(self) -> None:
        """Let SIGHUP be heard by the application, which reads its files anew; gunicorn's workers would end."""
        ours = {signal.SIGHUP: hang_up.give, signal.SIGUSR2: self.handle_last}
        signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)  # gunicorn's own restores deadly defaults for a moment
        super().init_signals()
        for number, handler in ours.items():
            signal.signal(number, handler)
            signal.siginterrupt(number, False)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)

    def _take_waiting(self, listener: Any) -> None:
        taken = -1
        while taken != self.nr_conns:
            taken = self.nr_conns
            self.accept(listener)


def is_readable(conn: Any) -> bool:
    """Tell whether the connection's next request, or its end, is there or comes at once."""
    if conn.parser.unreader.buf.getvalue():
        return True
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(PAUSE))


def leave_closed(graceful: bool = False) -> None:
    """Do nothing, in the place of a connection's ``close``."""
