"""The one way to a URL that a stranger named."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any

import certifi
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as HttpTimeoutError
from urllib3.response import BaseHTTPResponse

from mxcp_flask import __version__
from mxcp_flask.errors import OutboundFailed, OutboundRefused, TookTooLong
from mxcp_flask.outbound.addresses import Address, is_public
from mxcp_flask.outbound.connection import pinned
from mxcp_flask.outbound.target import Target, parse
from mxcp_flask.patience import within

_PIECE = 1 << 14
_TOO_SLOW = "no complete answer in time"


@dataclass(frozen=True)
class Fetched:
    """An answer whose body was read to its end. ``headers`` finds names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Opened:
    """An answer whose body is still to come. Reading ``pieces`` raises OutboundFailed as ``Outbound.open`` does."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class Outbound:
    """GET within limits.

    ``connect`` and ``total`` are seconds; ``largest`` is the most bytes of a body. ``allow_hosts`` are hosts as URLs
    spell them, an IPv6 address in brackets; ``any_port`` lets the others have ports besides 443. ``ca_file``
    replaces the usual certificate authorities.
    """

    def __init__(
        self,
        *,
        resolve: Callable[..., Any] = socket.getaddrinfo,
        allow_hosts: Collection[str] = (),
        any_port: bool = False,
        connect: float = 5.0,
        total: float = 10.0,
        largest: int = 5 * 1024,
        ca_file: str | None = None,
    ) -> None:
        self.resolve = resolve
        self.allow_hosts = frozenset(host.lower() for host in allow_hosts)
        self.any_port = any_port
        self.connect = connect
        self.total = total
        self.largest = largest
        self.ca_file = ca_file

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """GET ``url`` and read the body. Raises as ``open`` does."""
        with self.open(url, headers) as answer:
            return Fetched(answer.status, answer.headers, b"".join(answer.pieces))

    @contextmanager
    def open(self, url: str, headers: Mapping[str, str] | None = None) -> Iterator[Opened]:
        """GET ``url`` with ``headers``; give the answer, whatever its status, while the connection lasts.

        Raises:
            OutboundRefused: the URL, an address of its host or a header is not allowed; nothing was sent.
            OutboundFailed: no answer, or none within the limits.

        """
        deadline = time.monotonic() + self.total
        target = parse(url, self.allow_hosts, any_port=self.any_port)
        address = self._address(target, deadline)
        left = deadline - time.monotonic()
        if left <= 0:
            raise OutboundFailed(url=target, reason=_TOO_SLOW)
        with (
            closing(pinned(target, address, self._tls, min(self.connect, left / 2), deadline)) as connection,
            closing(self._ask(connection, target, headers or {})) as response,
        ):
            self._check_plain(response, target)
            yield Opened(response.status, response.headers, self._pieces(response, target))

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca_file or certifi.where())

    def _address(self, target: Target, deadline: float) -> Address:
        addresses = self._resolve(target, deadline)
        if target.scheme == "http" and not all(address.is_loopback for address in addresses):
            raise OutboundRefused(url=target, reason="http is only allowed on a loopback address")
        if target.host not in self.allow_hosts and not all(map(is_public, addresses)):
            raise OutboundRefused(url=target, reason="its host has an address that is not a public one")
        return addresses[0]

    def _resolve(self, target: Target, deadline: float) -> list[Address]:
        resolve = partial(self.resolve, target.name, target.port, type=socket.SOCK_STREAM)
        try:
            found = within(deadline - time.monotonic(), resolve, "resolver")  # the system's own limit may be minutes
            addresses = [ip_address(entry[4][0]) for entry in found]
        except TookTooLong as error:
            raise OutboundFailed(url=target, reason=_TOO_SLOW) from error
        except (OSError, ValueError) as error:
            raise OutboundFailed(url=target, reason="the name of its host cannot be resolved") from error
        if not addresses:
            raise OutboundFailed(url=target, reason="its host has no address")
        return addresses

    def _ask(self, connection: HTTPConnection, target: Target, headers: Mapping[str, str]) -> BaseHTTPResponse:
        with _reported(target):
            connection.connect()
            self._send(connection, target, headers)
            return connection.getresponse()

    def _send(self, connection: HTTPConnection, target: Target, headers: Mapping[str, str]) -> None:
        default, own = (
            {"user-agent": f"mxcp-flask/{__version__}"},
            {"host": target.authority, "accept-encoding": "identity"},
        )
        sent = default | {name.lower(): value for name, value in headers.items()} | own
        try:
            connection.request("GET", target.path, headers=sent, preload_content=False, decode_content=False)
        except ValueError:  # its text would show the value
            reason = "a header of the request has characters that it may not have"
            raise OutboundRefused(url=target, reason=reason) from None

    def _check_plain(self, response: BaseHTTPResponse, target: Target) -> None:
        # What is not unpacked cannot blow up.
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise OutboundFailed(url=target, reason="its answer is compressed, which was not asked for")

    def _pieces(self, response: BaseHTTPResponse, target: Target) -> Iterator[bytes]:
        size = 0
        with _reported(target):
            for piece in response.stream(_PIECE, decode_content=False):
                size += len(piece)
                if size > self.largest:
                    raise OutboundFailed(url=target, reason=f"its answer is larger than {self.largest} bytes")
                yield piece


@contextmanager
def _reported(target: Target) -> Iterator[None]:
    try:
        yield
    except (HTTPError, HTTPException, OSError) as error:
        raise OutboundFailed(url=target, reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message}"
    if isinstance(error, (TimeoutError, HttpTimeoutError)) and not isinstance(error, NewConnectionError):
        return _TOO_SLOW
    return f"the connection failed ({type(error).__name__})"
