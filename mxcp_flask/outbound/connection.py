"""A connection to one address, whose answer is read until a deadline."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from functools import partial
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from mxcp_flask.outbound.addresses import Address
from mxcp_flask.outbound.target import Target


def pinned(target: Target, address: Address, tls: ssl.SSLContext, seconds: float, deadline: float) -> HTTPConnection:
    """Return an unopened connection to ``address`` for ``target``.

    ``seconds`` is the time for connecting, and again for the TLS handshake; ``deadline`` (monotonic seconds) is for
    the answer. A number as the host leaves nothing to resolve; certificate and SNI are for the target's name.
    """
    connection: HTTPConnection
    if target.scheme == "https":
        connection = HTTPSConnection(
            str(address), target.port, timeout=seconds, ssl_context=tls, server_hostname=target.name
        )
    else:
        connection = HTTPConnection(str(address), target.port, timeout=seconds)
    connection.response_class = partial(_BoundedResponse, deadline)  # type: ignore[assignment]
    return connection


class _BoundedResponse(http.client.HTTPResponse):
    """An answer that ends at the deadline. A socket's own time limit starts anew with every byte that drips in."""

    def __init__(self, deadline: float, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_BoundedReader(sock, deadline))


class _BoundedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._deadline = deadline
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
