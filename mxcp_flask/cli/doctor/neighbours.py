"""Who listens at the address of a project's server."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mxcp_flask.cli.starting import shown_address
from mxcp_flask.config import Settings
from mxcp_flask.config.addresses import WILDCARDS
from mxcp_flask.errors import RemoteError
from mxcp_flask.remote import calls, http

SECONDS = 5.0


@dataclass(frozen=True)
class Listener:
    """``ours`` is a server of this kind; its ``project`` is None when it does not tell."""

    kind: Literal["nobody", "ours", "other"]
    project: str | None = None


def local_base(settings: Settings) -> str:
    """Return where this machine reaches the server, past every proxy."""
    host = settings.transport.host
    name = "127.0.0.1" if host in WILDCARDS else host
    return f"http://{shown_address(name, settings.transport.port)}"


def listener(settings: Settings) -> Listener:
    """Return who listens at the server's address."""
    return who_answers(local_base(settings)) if _takes_connections(settings) else Listener("nobody")


def who_answers(base: str) -> Listener:
    """Return who answers at ``base``, a URL without a path."""
    try:
        health = http.knock(f"{base}/health", seconds=SECONDS)
        if health.object.get("status") != "ok" or "X-Request-ID" not in health.headers:
            return Listener("other")
        return Listener("ours", _project(base))
    except RemoteError:
        return Listener("other")


def _project(base: str) -> str | None:
    """Return what a server of ours calls itself: to those who would sign in, or to anybody where nobody does."""
    about = http.knock(f"{base}/.well-known/oauth-protected-resource", seconds=SECONDS).object
    if "resource_name" in about:
        return str(about["resource_name"])
    found: Any = calls.discover(f"{base}/mcp").object
    for key in ("result", "_meta", "io.modelcontextprotocol/serverInfo", "name"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return str(found) if found else None


def _takes_connections(settings: Settings) -> bool:
    host = settings.transport.host.strip("[]")
    address = ("127.0.0.1" if host in WILDCARDS else host, settings.transport.port)
    try:
        socket.create_connection(address, SECONDS).close()
    except OSError:
        return False
    return True
