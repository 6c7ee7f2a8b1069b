"""Serves us below a path, whether or not the proxy takes that path off before it asks us."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Flask

_MOUNT = re.compile(r"(?:/[A-Za-z0-9._~\-]+)+")


class PathPrefix:
    """WSGI middleware that takes ``prefix`` off the path, but for paths that are routes as they came."""

    def __init__(self, app: Flask, prefix: str) -> None:
        self._next = app.wsgi_app
        self._routes = app.url_map.bind("localhost")
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as the application does (PEP 3333)."""
        path: str = environ.get("PATH_INFO", "")
        below = path == self._prefix or path.startswith(f"{self._prefix}/")
        if below and not self._routes.allowed_methods(path):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self._prefix
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        return self._next(environ, start_response)


def mount_of(environ: Mapping[str, Any]) -> str:
    """Return the path at which the WSGI host has us, which it has taken off itself (PEP 3333, SCRIPT_NAME)."""
    mount: str = environ.get("SCRIPT_NAME", "").rstrip("/")
    from_client = "HTTP_SCRIPT_NAME" in environ  # gunicorn takes it from a header, too
    return mount if not from_client and _MOUNT.fullmatch(mount) else ""
