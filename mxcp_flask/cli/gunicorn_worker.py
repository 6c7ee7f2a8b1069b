"""gunicorn's worker with threads, as ours: quick to let go, and hearing what we tell it."""

from __future__ import annotations

import signal
import sys
import time
from typing import Any, NoReturn

from mxcp_flask.cli.gunicorn_answering import AnsweringWorker
from mxcp_flask.cli.gunicorn_rounds import RoundsWorker
from mxcp_flask.cli.reloading import hang_up

HEARD = {signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2}
"""The signals that mean something to a worker."""


class PatientWorker(AnsweringWorker, RoundsWorker):
    """A worker that reads files anew at SIGHUP, and at the end of a server takes what waits at its socket."""

    sockets: list[Any]  # that it listens at
    told_at: float | None = None  # when SIGTERM came (time.monotonic)
    last = False  # whether nobody will take what waits at the listening socket after this worker

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
        if not (self.last and not self.alive):
            super().set_accept_enabled(enabled)
            return
        super().set_accept_enabled(False)  # whatever the loop, which SIGTERM interrupts anywhere, was about to do
        for listener in self.sockets:
            listener.setblocking(False)
            self._take_waiting(listener)
            listener.close()
        self.sockets = []

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
