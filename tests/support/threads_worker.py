"""gunicorn's worker as ours, in a thread instead of a process, with an application that answers when it is let."""

from __future__ import annotations

import os
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from gunicorn.config import Config

from mxcp_flask.cli.gunicorn_worker import PatientWorker

LARGE = b"x" * 1_000_000
SECONDS = 20  # after which nothing comes any more
_SILENT = dict.fromkeys(("debug", "info", "exception", "access"), lambda *_: None)


class Worker(PatientWorker):
    """Looks at nothing that has not told it to, so that whatever is told to nobody waits for ever.

    ``asked`` has the paths of all requests whose answers were begun. A request for /held waits for ``release``, and
    one for /broken fails in the middle of its answer. That of /large is ``LARGE``, all others ``ok``.
    """

    def __init__(self, threads: int, **settings: int) -> None:
        cfg = Config()
        for name, value in {"threads": threads, "graceful_timeout": 3 * SECONDS, "keepalive": 3600, **settings}.items():
            cfg.set(name, value)
        listener = socket.create_server(("127.0.0.1", 0))
        super().__init__(1, os.getppid(), [listener], None, 30, cfg, SimpleNamespace(**_SILENT))
        self.address = listener.getsockname()
        self.asked = list[str]()
        self.held, self.release = threading.Event(), threading.Event()
        self.tpool, self.wsgi = self.get_thread_pool(), self.answer
        self.poller = selectors.DefaultSelector()
        self.method_queue.init()

    def wait_for_and_dispatch_events(self, timeout: float) -> None:
        """Wait until something happens, unless the worker is to end."""
        super().wait_for_and_dispatch_events(3 * SECONDS if self.alive else timeout)

    def answer(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterator[bytes]:
        """Answer ``ok``."""
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path == "/held":
            self.held.set()
            assert self.release.wait(SECONDS)
        if path == "/ended":
            raise SystemExit
        if path == "/large":
            start_response("200 OK", [("Content-Length", str(len(LARGE)))])
            yield LARGE
            return
        start_response("200 OK", [("Content-Length", "2")])
        yield b"o"
        if path == "/broken":
            raise ZeroDivisionError
        yield b"k"

    def stop(self) -> None:
        """Do what SIGTERM does."""
        self.handle_exit(15, None)

    @contextmanager
    def running(self) -> Iterator[Worker]:
        """Run in a thread meanwhile, to its end."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield self
            self.stop()
            thread.join(SECONDS)
            assert not thread.is_alive()
        finally:
            self.release.set()
            self.stop()
            thread.join()
            self.tmp.close()


class Client(socket.socket):
    """A connection to a worker, made when it is made."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.settimeout(SECONDS)
        self.connect(worker.address)

    def ask(self, *paths: str, more: str = "") -> None:
        """Send requests, all at once."""
        self.sendall("".join(f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n" for path in paths).encode())

    def told(self) -> str:
        """Return one answer; nothing when the connection was closed instead."""
        text = b""
        while not text.endswith(b"\r\n\r\nok") and (some := self.recv(1)):
            text += some
        return text.decode()

    def keeps(self, path: str = "/") -> Client:
        """Ask, and see that the connection is kept."""
        self.ask(path)
        assert "Connection: keep-alive" in self.told()
        return self
