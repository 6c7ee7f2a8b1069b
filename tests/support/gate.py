"""A place that SQL reads from, which answers when the test says so: until then a statement is known to run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mxcp_flask.demo import servers
from tests.support import live


class Gate:
    """A server at ``url``; made by ``closed_gate``."""

    def __init__(self) -> None:
        self.reached = threading.Semaphore(0)  # once for each statement that waits, or has waited
        self._open = threading.Event()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                gate.reached.release()
                gate._open.wait(live.SECONDS)
                self.send_response(200)
                self.send_header("Content-Length", "5")
                self.end_headers()
                self.wfile.write(b"an ox")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer((servers.HOST, 0), Handler)
        self.url = f"http://{servers.HOST}:{self.server.server_port}/"

    def await_reached(self) -> None:
        """Return when one more statement waits."""
        assert self.reached.acquire(timeout=live.SECONDS)

    def open(self) -> None:
        """Answer those who wait, and who comes later."""
        self._open.set()


@contextmanager
def closed_gate() -> Iterator[Gate]:
    """Give a gate that is closed; it is opened at the end at the latest."""
    gate = Gate()
    thread = threading.Thread(target=gate.server.serve_forever)
    thread.start()
    try:
        yield gate
    finally:
        gate.open()
        gate.server.shutdown()
        thread.join()
        gate.server.server_close()
