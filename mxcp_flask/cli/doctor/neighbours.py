"""Who listens at the address of a project's server."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Literal

from mxcp_flask.cli.starting import shown_address
from mxcp_flask.config import Settings
from mxcp_flask.config.addresses import WILDCARDS
from mxcp_flask.errors import RemoteError
from mxcp_flask.remote import http

SECONDS = 5.0


@dataclass(frozen=True)
class Listener:
    """``ours`` is a server of this kind; its ``project`` is known when people sign in to it."""

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
        about = http.knock(f"{base}/.well-known/oauth-protected-resource", seconds=SECONDS)
    except RemoteError:
        return Listener("other")
    name = about.object.get("resource_name")
    return Listener("ours", str(name) if name else None)


def _takes_connections(settings: Settings) -> bool:
    host = settings.transport.host.strip("[]")
    address = ("127.0.0.1" if host in WILDCARDS else host, settings.transport.port)
    try:
        socket.create_connection(address, SECONDS).close()
    except OSError:
        return False
    return True
