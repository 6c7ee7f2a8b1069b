"""Waits on loopback for the browser to come back with an answer (RFC 8252 §7.3)."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
from collections.abc import Mapping
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mxcp_flask.errors import SignInFailed

HOST = "127.0.0.1"
PATH = "/callback"
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:18vh auto 0;padding:0 1.5rem}"
    "h1{font-size:1.6rem;line-height:1.25;margin:0 0 .5rem}p{margin:0}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'"
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",  # the address holds a code
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
_CAME = "Back to the terminal", "Your browser has done its part. You can close this window."
_REFUSED = "You were not signed in", "The terminal says what happened. You can close this window."
_STRANGE = "Nothing to see here", "This address waits for a sign-in that a terminal has begun, and this was not it."


class Listener:
    """Listens from its making to ``close``. Only what brings ``state`` counts: any page can knock at loopback."""

    def __init__(self) -> None:
        self.state = secrets.token_urlsafe(32)
        self._answers: SimpleQueue[dict[str, str]] = SimpleQueue()
        self._server = _Server(self.state, self._answers)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Return the port, which is any that was free."""
        return self._server.server_port

    @property
    def redirect_uri(self) -> str:
        """Return where the browser is to come back to."""
        return f"http://{HOST}:{self.port}{PATH}"

    def wait(self, seconds: float) -> Mapping[str, str]:
        """Return the parameters that the browser brought. Raises SignInFailed when it does not come in time."""
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            raise SignInFailed(reason=f"nobody came back from the browser within {seconds:g} seconds") from None

    def close(self) -> None:
        """Listen no more. An answer that was taken has its page: that is sent first."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # browsers open connections beside, on which nothing comes

    def __init__(self, state: str, answers: SimpleQueue[dict[str, str]]) -> None:
        super().__init__((HOST, 0), _Handler)
        self.state = state
        self.answers = answers


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5  # seconds for a request to come

    def do_GET(self) -> None:
        """Take an answer, and show the page that ends the browser's part."""
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        ours = secrets.compare_digest(query.get("state", "").encode(), self.server.state.encode())
        if parts.path != PATH or not ours or self.headers.get("Host") != f"{HOST}:{self.server.server_port}":
            self._show(404, *_STRANGE)
            return
        self._show(200, *(_REFUSED if "error" in query else _CAME))
        self.server.answers.put(query)

    def version_string(self) -> str:
        """Name ourselves without versions."""
        return "mxcp"

    def log_message(self, *_: Any) -> None:
        """Log nothing: the address holds a code."""

    def _show(self, status: int, title: str, text: str) -> None:
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>{escape(title)}</title><style>{_STYLE}</style><main><h1>{escape(title)}</h1><p>{escape(text)}</p>"
            "</main></html>"
        ).encode()
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Length": str(len(page)), "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)
