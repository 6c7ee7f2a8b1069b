"""Flask, without what this application has no use for and each request would pay for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import NullSession, SessionInterface
from werkzeug.routing import MapAdapter


class NoSessions(SessionInterface):
    """No sessions: what a browser must bring again is in a cookie of its own, or in a form."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:  # noqa: ARG002
        """Return the empty one, which refuses to be written."""
        return self._none

    def save_session(self, *_: Any) -> None:
        """Do nothing: there is nothing in it."""


class SynchronousFlask(Flask):
    """Flask without asynchronous views, sessions, and hosts that decide about routes."""

    session_interface = NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds a request's route. Which hosts are ours is for ``Hosts`` to say, not for this."""
        if request is None:
            return super().create_url_adapter(None)
        environ, method = request.environ, request.method
        host, query = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""), environ.get("QUERY_STRING", "")
        return MapAdapter(self.url_map, host, request.root_path, "", request.scheme, request.path, method, query)
