"""gunicorn, as ``mxcp serve`` runs it: threads in every worker, the application made after the fork."""

from __future__ import annotations

import logging
import signal
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker

from mxcp_flask.cli.reloading import Signal
from mxcp_flask.cli.workers import Workers
from mxcp_flask.errors import MxcpError

Application = Callable[[Any, Any], Iterable[bytes]]
"""A WSGI application (PEP 3333)."""

log = logging.getLogger("mxcp.serve")
SLOWEST_READ = 10  # seconds


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads, which do not wait for ever for a client that stops in the middle of its request."""

    def enqueue_req(self, conn: Any) -> None:
        """Bound each read from the client's socket, and hand it to a thread."""
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SLOWEST_READ, 0))
        super().enqueue_req(conn)

    def handle_quit(self, *_: object) -> NoReturn:
        """End now. gunicorn's own handler waits for a lock that the code it interrupts may hold, and so for ever."""
        self.alive = False
        sys.exit(0)

    def init_signals(self) -> None:
        """Let SIGHUP be heard by the application, which reads its files anew; gunicorn's workers would end."""
        super().init_signals()
        signal.signal(signal.SIGHUP, self.app.hang_up.give)
        signal.siginterrupt(signal.SIGHUP, False)


class SteadyArbiter(Arbiter):  # type: ignore[misc]
    """gunicorn's master, which on SIGHUP keeps its workers: a new one could not have the database or the state."""

    def handle_hup(self) -> None:
        """Pass the signal on."""
        log.info("SIGHUP: the workers read the project's files anew")
        self.kill_workers(signal.SIGHUP)


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Tell whether gunicorn's log needs ``record``: a client that was dropped as too slow is no error of ours."""
    return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))


class GunicornServer(BaseApplication):  # type: ignore[misc]
    """Serves what ``make_app`` returns; it is called once in every worker process.

    It is given the signal that tells the application to read its files anew.
    """

    def __init__(
        self, address: str, workers: Workers, make_app: Callable[[Signal], Application], *, debug: bool
    ) -> None:
        self.options: dict[str, Any] = {
            "bind": address,
            "workers": workers.processes,
            "threads": workers.threads,
            "worker_class": "mxcp_flask.cli.gunicorn_server.PatientWorker",
            "proc_name": "mxcp",
            "loglevel": "debug" if debug else "warning",
            "logger_class": "mxcp_flask.cli.gunicorn_logs.GunicornLogs",
            "graceful_timeout": 30,
            # Which headers to believe is the application's decision (transport.trust_proxy), not gunicorn's.
            "forwarded_allow_ips": "",
        }
        self.make_app = make_app
        self.hang_up = Signal()
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's settings; no file or variable of its own is read."""
        logging.getLogger("gunicorn.error").addFilter(is_worth_a_line)
        for name, value in self.options.items():
            self.cfg.set(name, value)
        if "control_socket_disable" in self.cfg.settings:  # gunicorn 25.1: one socket in $HOME for all servers
            self.cfg.set("control_socket_disable", True)

    def run(self) -> None:
        """Serve until a signal ends it. gunicorn's own words say what kept it from starting."""
        SteadyArbiter(self).run()

    def load(self) -> Application:
        """Return the application. A worker that cannot have it stops the server, with one line that says why."""
        try:
            return self.make_app(self.hang_up)
        except MxcpError as error:
            log.error("%s", error)  # noqa: TRY400 (the message is complete)
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
