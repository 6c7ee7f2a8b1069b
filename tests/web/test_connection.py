"""Tests of mxcp_flask.web.connection: whether a client still waits."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from mxcp_flask.web.connection import watch

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture(params=["gunicorn.socket", "werkzeug.socket"])
def key(request: pytest.FixtureRequest) -> str:
    """Return where a server puts its socket."""
    name: str = request.param
    return name


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Return the server's and the client's end of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize("timeout", [None, 0.0, 60.0])
def test_a_silent_client_waits(pair: Pair, key: str, timeout: float | None) -> None:
    """A client that says nothing is there, and asking must not take time whatever the socket's own timeout."""
    ours, theirs = pair
    ours.settimeout(timeout)
    alive = watch({key: ours})

    assert alive
    assert alive()
    theirs.sendall(b"more")
    assert alive()
    assert alive()
    assert ours.recv(4) == b"more"


def test_a_client_that_left_does_not(pair: Pair, key: str) -> None:
    """A closed connection must be seen."""
    ours, theirs = pair
    alive = watch({key: ours})
    theirs.close()

    assert alive
    assert not alive()


def test_a_connection_that_we_closed_is_no_error(pair: Pair, key: str) -> None:
    """Whoever asks too late must not be thrown at."""
    alive = watch({key: pair[0]})
    pair[0].close()

    assert alive
    alive()


@pytest.mark.parametrize("environ", [{}, {"gunicorn.socket": None}, {"werkzeug.socket": "x"}])
def test_without_a_socket_nobody_can_tell(environ: dict[str, Any]) -> None:
    """A server that hides its socket is served as well."""
    assert watch(environ) is None
