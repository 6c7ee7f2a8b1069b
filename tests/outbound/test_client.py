"""Tests of mxcp_flask.outbound.client: the request that is sent and the answers that are accepted."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mxcp_flask import __version__
from mxcp_flask.errors import OutboundFailed, OutboundRefused
from mxcp_flask.outbound import Outbound
from tests.outbound.server import NAME, http_answer, serve


def test_answer(outbound: Outbound, certificate: Path) -> None:
    """Status, headers and body come as they were sent."""
    with serve(http_answer(b"hello", "203 Fine", X_Thing="a"), certificate) as server:
        answer = outbound.get(f"https://{NAME}:{server.port}/a?b=c")

    assert (answer.status, answer.headers["x-thing"], answer.body) == (203, "a", b"hello")


def test_request(outbound: Outbound, certificate: Path) -> None:
    """The request names the host in SNI and Host, asks for no compression, and says who we are."""
    with serve(http_answer(), certificate) as server:
        outbound.get(f"https://{NAME}:{server.port}/a?b=c", {"Accept": "application/json", "HOST": "evil.test"})

    line, *headers = server.requests[0].strip().split("\r\n")
    assert line == "GET /a?b=c HTTP/1.1"
    assert sorted(header.lower() for header in headers) == [
        "accept-encoding: identity",
        "accept: application/json",
        f"host: {NAME}:{server.port}",
        f"user-agent: mxcp-flask/{__version__}",
    ]
    assert server.names == [NAME]


def test_redirect_is_not_followed(outbound: Outbound, certificate: Path) -> None:
    """A redirect, to a private address say, is an answer like another."""
    with serve(http_answer(status="302 Found", Location="http://169.254.169.254/"), certificate) as server:
        assert outbound.get(f"https://{NAME}:{server.port}/").status == 302

    assert len(server.requests) == 1


def test_environment_is_not_read(
    outbound: Outbound, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither proxies nor ~/.netrc have a say, and no cookie is kept."""
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    (tmp_path / "netrc").write_text(f"machine {NAME} login me password word\n")
    with serve(http_answer(Set_Cookie="a=b"), certificate) as server:
        for _ in range(2):
            outbound.get(f"https://{NAME}:{server.port}/")

    assert len(server.requests) == 2
    assert not any(word in request.lower() for request in server.requests for word in ("authorization", "cookie"))


def test_body_at_the_limit(outbound: Outbound, certificate: Path) -> None:
    """A body of exactly the limit passes."""
    with serve(http_answer(b"x" * 5120), certificate) as server:
        assert len(outbound.get(f"https://{NAME}:{server.port}/").body) == 5120


def chunked_forever(sock: socket.socket) -> None:
    """Send chunks until the client hangs up."""
    sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"400\r\n" + b"x" * 1024 + b"\r\n")


def unbounded(sock: socket.socket) -> None:
    """Send a body without length until the client hangs up."""
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        sock.sendall(b"x" * 1024)


@pytest.mark.parametrize("handler", [http_answer(b"x" * 5121), http_answer(b"x" * 6144), chunked_forever, unbounded])
def test_body_over_the_limit(outbound: Outbound, certificate: Path, handler: Callable[[socket.socket], None]) -> None:
    """A larger body is given up, however it is framed."""
    with serve(handler, certificate) as server, pytest.raises(OutboundFailed, match="larger than 5120 bytes"):
        outbound.get(f"https://{NAME}:{server.port}/")


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "br", "deflate, gzip", "zstd"])
def test_compressed_body(outbound: Outbound, certificate: Path, encoding: str) -> None:
    """A compressed body, such as a bomb of ten megabytes, is not unpacked but refused."""
    bomb = gzip.compress(bytes(10 << 20))
    with (
        serve(http_answer(bomb, Content_Encoding=encoding), certificate) as server,
        pytest.raises(OutboundFailed, match="compressed"),
    ):
        outbound.get(f"https://{NAME}:{server.port}/")


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"])
def test_answer_that_drips(outbound: Outbound, certificate: Path, first: bytes) -> None:
    """An answer whose bytes come one by one, in head or body, is given up when the whole time is over."""
    over = threading.Event()

    def drip(sock: socket.socket) -> None:
        sock.sendall(first)
        while not over.wait(0.02):
            sock.sendall(b"x")

    outbound.total = 0.4
    with serve(drip, certificate) as server:
        try:
            with pytest.raises(OutboundFailed, match="in time"):
                outbound.get(f"https://{NAME}:{server.port}/")
        finally:
            over.set()


def test_silence(outbound: Outbound, certificate: Path) -> None:
    """A server that says nothing is given up as well."""
    over = threading.Event()

    def wait(_: socket.socket) -> None:
        over.wait(10)

    outbound.total = 0.2
    with serve(wait, certificate) as server:
        try:
            with pytest.raises(OutboundFailed, match="in time"):
                outbound.get(f"https://{NAME}:{server.port}/")
        finally:
            over.set()


def test_answer_may_take_longer_than_connecting() -> None:
    """The time for connecting does not bound the answer."""

    def think(sock: socket.socket) -> None:
        threading.Event().wait(0.3)
        http_answer(b"x")(sock)

    with serve(think, None) as server:
        outbound = Outbound(allow_hosts={"127.0.0.1"}, connect=0.1)
        assert outbound.get(f"http://127.0.0.1:{server.port}/").body == b"x"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 70000,
    ],
)
def test_broken_answer(outbound: Outbound, certificate: Path, text: bytes) -> None:
    """An answer that is not HTTP, or ends early, is a failure."""
    with (
        serve(lambda sock: sock.sendall(text), certificate) as server,
        pytest.raises(OutboundFailed, match="connection failed"),
    ):
        outbound.get(f"https://{NAME}:{server.port}/")


@pytest.mark.parametrize("value", ["hush\r\nHost: evil.test", "hush\u20ac"])
def test_header_that_cannot_be_sent(outbound: Outbound, certificate: Path, value: str) -> None:
    """A header that would break the request is refused, and the message does not show its value."""
    with serve(http_answer(), certificate) as server, pytest.raises(OutboundRefused, match="header") as caught:
        outbound.get(f"https://{NAME}:{server.port}/", {"Authorization": value})

    assert "hush" not in str(caught.value)


def test_message_shows_no_query(outbound: Outbound, certificate: Path) -> None:
    """The query of a URL stays out of the message."""
    with serve(http_answer(b"x" * 6000), certificate) as server, pytest.raises(OutboundFailed) as caught:
        outbound.get(f"https://{NAME}:{server.port}/a?key=hush")

    assert f"https://{NAME}:{server.port}/a:" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_pieces_come_while_the_answer_is_open(outbound: Outbound, certificate: Path) -> None:
    """A caller that opens a URL gets the status at once and the body in pieces, up to its own limit."""
    body = bytes(range(256)) * 400
    outbound.largest = len(body)
    with (
        serve(http_answer(body), certificate) as server,
        outbound.open(f"https://{NAME}:{server.port}/") as answer,
    ):
        pieces = list(answer.pieces)

    assert answer.status == 200
    assert b"".join(pieces) == body
    assert len(pieces) > 1


def test_error_of_the_caller_stays_its_own(outbound: Outbound, certificate: Path) -> None:
    """What goes wrong in the caller's block is not taken for a failure of the fetch."""
    with (
        serve(http_answer(b"x"), certificate) as server,
        pytest.raises(FileNotFoundError),
        outbound.open(f"https://{NAME}:{server.port}/"),
    ):
        raise FileNotFoundError
