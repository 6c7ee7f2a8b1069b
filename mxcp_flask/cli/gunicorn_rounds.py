r"""gunicorn's worker with threads, whose connections take turns: one request each, in the order in which they came.

    the kernel -- accept --> the line -- a thread --> answered -- kept --> the line, at its end
         fewer than one a thread     ^                     \-- nothing comes --> gunicorn's loop, idle
                                     \--------------------------------- readable --------------/

A thread that has answered goes on with the first connection in the line. gunicorn's own threads give each connection
back to the loop and get the next one from there, which costs more than a small call.

New connections are accepted as long as fewer of them than there are threads have had no answer: more would wait here
while another worker, or this server's successor, might have a thread for them, and would be lost with this one. They
wait in the kernel instead. One that is open already, and asks again, is behind all who came before.
"""

from __future__ import annotations

import select
import selectors
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from mxcp_flask.cli.rounds import Rounds
from mxcp_flask.cli.turnstile import turnstile

SLOWEST = 10  # seconds in which a client sends nothing of its request, or takes nothing of its answer
PAUSE = 2  # milliseconds that a thread waits for the next request of a connection when no other one waits


class RoundsWorker(ThreadWorker):  # type: ignore[misc]
    """The turns, and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rounds = Rounds(self.cfg.threads, self._start, self._take)
        self.method_queue.close = _stay_open
        self.fresh = set[Any]()  # connections that have had no answer; threads share it

    @property
    def worker_connections(self) -> int:
        """Return how many connections it may have now."""
        return int(min(self._most, self.nr_conns - len(self.fresh) + self.cfg.threads))

    @worker_connections.setter
    def worker_connections(self, configured: int) -> None:
        self._most = configured

    @property
    def max_keepalived(self) -> int:
        """Return how many connections may be idle, besides those that wait in the line."""
        return int(self._most_kept) - len(self.rounds.waiting)

    @max_keepalived.setter
    def max_keepalived(self, configured: int) -> None:
        self._most_kept = configured

    def enqueue_req(self, conn: Any) -> None:
        """Let a connection wait for a thread: a new one, or one on which the loop has heard something."""
        if conn.initialized:
            conn.data_ready = True
        else:
            self.fresh.add(conn)
            for direction in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                conn.sock.setsockopt(socket.SOL_SOCKET, direction, struct.pack("ll", SLOWEST, 0))
        self.rounds.wait(conn)

    def _start(self, work: Callable[[], None]) -> None:
        self.tpool.submit(work)

    def _take(self, conn: Any) -> bool:
        """Answer a connection's request in a thread; tell whether the connection is to wait for its next turn."""
        kept = self._answer(conn)
        if kept and conn not in self.fresh:
            return True
        self.fresh.discard(conn)
        if kept is False:
            with turnstile.aside(), suppress(OSError):  # it may wait for the client to close, too
                conn.close(graceful=True)
        self.method_queue.defer(self._learn, conn, kept)
        return bool(kept)

    def _answer(self, conn: Any) -> bool | None:
        """Answer the next request; return whether the connection is kept, or None if no request has come."""
        try:
            if not (is_readable(conn, 0) or self._becomes_readable(conn)):
                return None
            conn.data_ready = True  # or else gunicorn would wait for it, once more
            kept = bool(self.handle(conn))
            conn.data_ready = False
        except (Exception, SystemExit):  # gunicorn lets some pass, and others need this thread
            self.log.exception("Error handling request")
            return False
        return kept

    def _becomes_readable(self, conn: Any) -> bool:
        if self.rounds.waiting:
            return False
        with turnstile.aside():
            return is_readable(conn, PAUSE)

    def _learn(self, conn: Any, kept: bool | None) -> None:
        """Hear in the loop what became of a connection; the loop looks then whether it may accept another one."""
        if kept is None:
            kept = self._rest(conn)
        if not kept:
            self.nr_conns -= 1

    def _rest(self, conn: Any) -> bool:
        """Let the loop look after a connection on which nothing comes, for a moment only when the worker ends."""
        idle, hear = self.pending_conns, self.on_pending_socket_readable
        if conn.initialized:
            idle, hear = self.keepalived_conns, self.on_client_socket_readable
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + (self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER)
        try:
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(hear, conn))
        except OSError:  # the system may have no room for it
            conn.close()
            return False
        idle.append(conn)
        return True

    def _cap_keepalive(self, deadline: float) -> None:
        """Give up, by ``deadline``, connections on which nothing has come yet as well as those that were kept."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)


def is_readable(conn: Any, pause: int) -> bool:
    """Tell whether the connection's next request, or its end, is there or comes within ``pause`` milliseconds."""
    if conn.data_ready or (conn.parser is not None and conn.parser.unreader.buf.getvalue()):
        return True
    poll = select.poll()
    poll.register(conn.sock, select.POLLIN)
    return bool(poll.poll(pause))


def _stay_open() -> None:
    """Do nothing, in the place of the queue's ``close``: threads that go on to the end of the process still use it.

    They would write into whatever file has its number then.
    """
