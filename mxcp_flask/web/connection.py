"""Whether the client of a request still waits for the answer, as its socket tells."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Mapping
from typing import Any

_KEYS = ("gunicorn.socket", "werkzeug.socket")


def watch(environ: Mapping[str, Any]) -> Callable[[], bool] | None:
    """Return what tells whether the client still waits, to any thread; None when the server does not show its socket.

    A client that closed its half of the connection counts as gone: HTTP clients do that only when they give up.
    """
    found = next((environ[key] for key in _KEYS if isinstance(environ.get(key), socket.socket)), None)
    if found is None or not hasattr(select, "poll"):
        return None
    return lambda: _is_open(found)


def _is_open(connection: socket.socket) -> bool:
    try:
        poll = select.poll()
        poll.register(connection, select.POLLIN)
        if not poll.poll(0):  # asked first: a socket with a timeout would wait in recv
            return True
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except ConnectionError:
        return False
    except (OSError, ValueError):  # nothing to read after all, or a TLS socket, which cannot peek
        return True
