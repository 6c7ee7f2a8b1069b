"""gunicorn's master, as ours: SIGHUP keeps the workers, and a stop loses no connection that somebody has made."""

from __future__ import annotations

import ctypes
import logging
import signal
import socket
import struct
import sys
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from mxcp_flask.cli.gunicorn_worker import HEARD

log = logging.getLogger("mxcp.serve")
_SO_ATTACH_FILTER = getattr(socket, "SO_ATTACH_FILTER", 26) if sys.platform == "linux" else None
_DROP_ALL = struct.pack("HBBI", 0x06, 0, 0, 0)  # one BPF instruction: return 0 bytes of the packet


class SteadyArbiter(Arbiter):  # type: ignore[misc]
    """A master whose workers live as long as itself: a new one could not have the database or the state beside them."""

    _stopping = False

    def start(self) -> None:
        """Start, and remember the command that SIGUSR2 runs again."""
        self.remember_command()
        super().start()

    def remember_command(self) -> None:
        """Take the command as it was typed: what ``python -m`` makes of it would find modules in the wrong folder."""
        self.START_CTX["args"] = [self.START_CTX[0], *sys.orig_argv[1:]]

    def spawn_worker(self) -> Any:
        """Start a worker to which every signal waits until it has handlers of its own.

        One that came before would be put into its copy of the master's queue, which nobody reads; a server that is told
        to end while its last worker starts would wait for that one as long as it may.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
        try:
            return super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def handle_hup(self) -> None:
        """Pass the signal on."""
        log.info("SIGHUP: the workers read the project's files anew")
        self.kill_workers(signal.SIGHUP)

    def handle_ttin(self) -> None:
        """Change nothing: how many workers there may be was decided at start."""
        log.warning("the number of workers stays as it is; --workers says another one at the next start")

    handle_ttou = handle_ttin

    def stop(self, graceful: bool = True) -> None:
        """Stop the workers. Without a successor they answer who has a connection already, and nobody gets a new one.

        A successor is another master, or whatever systemd starts next, which have the listening socket too.
        """
        if graceful and not (self.systemd or self.reexec_pid or self.master_pid):
            for listener in self.LISTENERS:
                refuse_new(listener)
            self.kill_workers(signal.SIGUSR2)
        self._stopping = True
        super().stop(graceful)

    def reap_workers(self) -> None:
        """Note which workers have ended. One more that cannot start is no news to a server that stops for that."""
        try:
            super().reap_workers()
        except HaltServer:
            if not self._stopping:
                raise


def refuse_new(listener: Any) -> None:
    """Let no connection be made any more at ``listener``, where the system can do that; those made can be accepted.

    Their packets are dropped until the socket is closed, then refused. A connection that was made between a worker's
    last look and the closing would be reset instead, with a request on it that nobody would know the fate of.
    """
    if _SO_ATTACH_FILTER is None or listener.FAMILY == socket.AF_UNIX:
        return
    program = ctypes.create_string_buffer(_DROP_ALL, len(_DROP_ALL))
    try:
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HP", 1, ctypes.addressof(program)))
    except OSError as error:
        log.debug("a connection that is made this very moment may be lost: %s", error)
