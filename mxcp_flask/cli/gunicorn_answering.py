"""gunicorn's worker with threads, which sends an answer that is small in one piece.

Its own way sends the head and the body one by one: that wakes the client twice, and costs a call of the system more.
"""

from __future__ import annotations

import time
from datetime import datetime
from email.utils import formatdate
from typing import Any

from gunicorn import util
from gunicorn.http import wsgi
from gunicorn.http.body import LengthReader
from gunicorn.workers.gthread import ThreadWorker

LARGEST_PIECE = 64 * 1024  # bytes of a body that is copied behind its head


class Parts(list[bytes]):
    """Takes the place of a socket, and keeps what it would send."""

    sendall = list.append


class Answer(wsgi.Response):  # type: ignore[misc]
    """An answer on its way to the client."""

    sock: Any

    def write(self, part: bytes) -> None:
        """Send a part of the body; the first one, if it is small, together with the head."""
        if self.headers_sent or len(part) > LARGEST_PIECE:
            super().write(part)
            return
        connection, parts = self.sock, Parts()
        self.sock = parts
        try:
            super().write(part)
        finally:
            self.sock = connection
        connection.sendall(b"".join(parts))

    def is_short(self) -> bool:
        """Tell whether the client still waits for a part of the body: the next answer would be taken for it."""
        return not self._omits_body and self.sent < (self.response_length or 0)

    def default_headers(self) -> list[str]:
        """Return the lines before the application's; the date is worded once a second (RFC 9110 §6.6.1)."""
        major, minor = self.req.version
        lines = [
            f"HTTP/{major}.{minor} {self.status}\r\n",
            f"Server: {self.version}\r\n",
            f"Date: {_date(int(time.time()))}\r\n",
            f"Connection: {'close' if self.should_close() else 'keep-alive'}\r\n",
        ]
        return [*lines, "Transfer-Encoding: chunked\r\n"] if self.chunked else lines


class AnsweringWorker(ThreadWorker):  # type: ignore[misc]
    """The way of one request through the application."""

    alive: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._before, self._after, self._keeps = self.cfg.pre_request, self.cfg.post_request, bool(self.cfg.keepalive)

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer the request, and tell whether its connection may be kept.

        Raises:
            StopIteration: the application failed in the middle of its answer, and the connection is closed.
            OSError: the client is gone.

        """
        response, environ = None, dict[str, Any]()
        try:
            self._before(self, req)
            response, environ = wsgi.create(req, conn.sock, conn.client, conn.server, self.cfg, Answer)
            environ["wsgi.multithread"] = True
            if self._is_last_of_connection():
                response.force_close()
            self._send(req, response, environ)
            return not response.should_close()
        except OSError:
            raise
        except (Exception, SystemExit):
            if response is None or not response.headers_sent:
                raise
            self.log.exception("Error handling request")
            util.close_graceful(conn.sock)
            raise StopIteration from None
        finally:
            self._tell_hook(req, environ, response)

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Tell whether the connection may be kept; a body that was read to its end leaves nothing to be drained."""
        if keepalive and _is_read(conn.parser.mesg.body):
            return True
        return bool(super()._keepalive_after(conn, keepalive))

    def _is_last_of_connection(self) -> bool:
        self.nr += 1
        if self.nr >= self.max_requests and self.alive:
            self.log.info("Autorestarting worker after current request.")
            self.alive = False
        return not (self.alive and self._keeps) or len(self.keepalived_conns) >= self.max_keepalived

    def _send(self, req: Any, response: Answer, environ: dict[str, Any]) -> None:
        began = datetime.now()
        parts = self.wsgi(environ, response.start_response)
        try:
            if isinstance(parts, environ["wsgi.file_wrapper"]):
                response.write_file(parts)
            else:
                for part in parts:
                    response.write(part)
                if response.is_short():
                    response.force_close()
            response.close()
        finally:
            self.log.access(response, req, environ, datetime.now() - began)
            if hasattr(parts, "close"):
                parts.close()

    def _tell_hook(self, req: Any, environ: dict[str, Any], response: Answer | None) -> None:
        try:
            self._after(self, req, environ, response)
        except Exception:
            self.log.exception("Exception in post_request hook")


def _is_read(body: Any) -> bool:
    return isinstance(body.reader, LengthReader) and not (body.reader.length or body.failed or body.buf.tell())


_said: tuple[int, str] = (0, "")  # the last second, and its date


def _date(second: int) -> str:
    global _said
    if _said[0] != second:
        _said = second, formatdate(second, usegmt=True)
    return _said[1]
