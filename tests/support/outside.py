"""What a reverse proxy does to a request, without one: the scheme, the host and the path that we see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask

INSIDE = "127.0.0.1:8000"


class Proxy:
    """WSGI middleware between a test client, whose URLs are the outer ones, and ``app``.

    ``headers`` are what it sends, with ``{scheme}``, ``{host}``, ``{port}`` and ``{client}`` filled in. ``strip`` is
    the path that it takes off.
    """

    def __init__(self, app: Flask, headers: Mapping[str, str], strip: str = "") -> None:
        self._next = app.wsgi_app
        self._headers = headers
        self._strip = strip

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Pass the request on."""
        scheme, name = environ["wsgi.url_scheme"], environ["HTTP_HOST"]
        host, _, port = name.partition(":")
        facts = {
            "scheme": scheme,
            "host": name,
            "name": host,
            "port": port or {"http": "80", "https": "443"}[scheme],
            "client": environ["REMOTE_ADDR"],
        }
        sent = {"Host": INSIDE, **self._headers}
        environ |= {_key(header): value.format_map(facts) for header, value in sent.items()}
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        inner = path.removeprefix(self._strip)
        environ |= {"wsgi.url_scheme": "http", "REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": "", "PATH_INFO": inner or "/"}
        return self._next(environ, start_response)


def _key(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"
