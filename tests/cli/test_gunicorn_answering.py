"""How gunicorn's worker sends an answer, and what becomes of the connection."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn import http
from gunicorn.config import Config

from mxcp_flask.cli import gunicorn_answering
from mxcp_flask.cli.gunicorn_answering import AnsweringWorker

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SILENT = dict.fromkeys(("debug", "info", "exception", "access"), lambda *_: None)  # gunicorn's log
GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\nbody"


class Ours:
    """Our end of a connection, which remembers each piece that is sent on it."""

    def __init__(self, real: socket.socket) -> None:
        self.real = real
        self.pieces = list[bytes]()

    def sendall(self, data: bytes) -> None:
        """Send, and remember."""
        self.pieces.append(data)
        self.real.sendall(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@dataclass
class Connection:
    """A connection, as gunicorn has it."""

    sock: Ours
    client: tuple[str, int] = ("192.0.2.1", 4711)
    server: tuple[str, int] = ("192.0.2.2", 80)
    parser: Any = None


class Parts:
    """The parts of an answer; it remembers that it was closed."""

    def __init__(self, *parts: bytes | Exception) -> None:
        self.parts = parts
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self) -> None:
        """Note it."""
        self.closed = True


@dataclass
class Stage:
    """A worker with a connection, whose client has sent something."""

    worker: AnsweringWorker
    conn: Connection
    client: socket.socket

    def answer(self, application: Application, sent: bytes = GET) -> bool:
        """Let the application answer what the client has sent; return whether the connection may be kept."""
        self.client.sendall(sent)
        self.worker.wsgi = application
        self.conn.parser = http.get_parser(self.worker.cfg, self.conn.sock, self.conn.client)
        return self.worker.handle_request(next(self.conn.parser), self.conn)


@pytest.fixture
def stage() -> Iterator[Stage]:
    """Return a worker that may keep its connection."""
    ours, theirs = socket.socketpair()
    cfg = Config()
    worker = AnsweringWorker(1, 1, [], None, 30, cfg, SimpleNamespace(**SILENT))
    with ours, theirs:
        stage = Stage(worker, Connection(Ours(ours)), theirs)
        yield stage
    stage.worker.tmp.close()


def answering(*parts: bytes | Exception, status: str = "200 OK", size: int | None = None) -> tuple[Application, Parts]:
    """Return an application that answers with ``parts``, and these."""
    body = Parts(*parts)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response(status, [] if size is None else [("Content-Length", str(size))])
        assert environ["wsgi.multithread"]
        return body

    return application, body


def test_a_small_answer_is_one_piece(stage: Stage) -> None:
    """Head and body must reach the client together, and the connection may be kept."""
    application, parts = answering(b"hello", size=5)

    assert stage.answer(application) is True
    [piece] = stage.conn.sock.pieces
    head, _, body = piece.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: keep-alive" in head
    assert b"\r\nContent-Length: 5" in head
    assert body == b"hello"
    assert parts.closed


def test_a_large_body_is_not_copied(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is large must be sent as it is, behind its head."""
    monkeypatch.setattr(gunicorn_answering, "LARGEST_PIECE", 4)
    large = b"large"
    stage.answer(answering(large, size=5)[0])

    assert stage.conn.sock.pieces[1] is large
    assert len(stage.conn.sock.pieces) == 2


def test_parts_are_sent_as_they_come(stage: Stage) -> None:
    """Of an answer without a size, each part must be sent at once, as a chunk, and its end told."""
    stage.answer(answering(b"one", b"", b"two")[0])
    first, second, end = stage.conn.sock.pieces

    assert first.endswith(b"Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n")
    assert (second, end) == (b"3\r\ntwo\r\n", b"0\r\n\r\n")


@pytest.mark.parametrize(("parts", "sent"), [((), GET), ((b"",), GET), ((b"hidden",), GET.replace(b"GET", b"HEAD"))])
def test_a_head_without_a_body_is_sent(stage: Stage, parts: tuple[bytes, ...], sent: bytes) -> None:
    """An answer without a body, and one to HEAD, must be a head alone."""
    stage.answer(answering(*parts, size=6 if sent is not GET else 0)[0], sent)

    assert b"".join(stage.conn.sock.pieces).endswith(b"\r\n\r\n")


def test_no_more_than_was_told_is_sent(stage: Stage) -> None:
    """A body that is longer than its Content-Length must be cut, or the next answer would begin in its middle."""
    stage.answer(answering(b"hello", b"more", size=4)[0])

    assert b"".join(stage.conn.sock.pieces).endswith(b"\r\n\r\nhell")


def test_a_failure_before_the_head_is_the_callers(stage: Stage) -> None:
    """Gunicorn answers 500 when nothing was sent; the parts must be closed all the same."""
    application, parts = answering(ValueError("early"))

    with pytest.raises(ValueError, match="early"):
        stage.answer(application)
    assert stage.conn.sock.pieces == []
    assert parts.closed


def test_a_failure_in_the_middle_closes_the_connection(stage: Stage) -> None:
    """An answer that breaks off must not look like a whole one."""
    application, parts = answering(b"one", ValueError("late"))
    stage.client.settimeout(10)

    with pytest.raises(StopIteration):
        stage.answer(application)
    assert parts.closed
    assert b"0\r\n\r\n" not in b"".join(stage.conn.sock.pieces)


@pytest.mark.parametrize("why", ["stopping", "too many idle", "asked for", "last of its worker"])
def test_the_client_is_told_when_its_connection_ends(stage: Stage, why: str) -> None:
    """Whoever must connect anew must learn it from the answer."""
    sent = GET
    if why == "stopping":
        stage.worker.alive = False
    if why == "too many idle":
        stage.worker.max_keepalived = 0
    if why == "asked for":
        sent = GET.replace(b"Host", b"Connection: close\r\nHost")
    if why == "last of its worker":
        stage.worker.max_requests = 1

    assert stage.answer(answering(b"hello", size=5)[0], sent) is False
    assert b"\r\nConnection: close" in stage.conn.sock.pieces[0]
    assert stage.worker.alive is (why not in {"stopping", "last of its worker"})


def test_the_date_is_that_of_the_second(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The date must be worded as RFC 9110 §5.6.7 says, and go on with the time."""
    dates = list[bytes]()
    for moment in (784111777.9, 784111778.1):
        monkeypatch.setattr("mxcp_flask.cli.gunicorn_answering.time.time", lambda moment=moment: moment)
        stage.answer(answering(b"hello", size=5)[0])
        dates += [line for line in stage.conn.sock.pieces[-1].split(b"\r\n") if line.startswith(b"Date")]

    assert dates == [b"Date: Sun, 06 Nov 1994 08:49:37 GMT", b"Date: Sun, 06 Nov 1994 08:49:38 GMT"]


@pytest.mark.parametrize("reads", [True, False])
def test_a_body_that_was_not_read_is_not_the_next_request(stage: Stage, reads: bool) -> None:
    """Whether or not the application reads the body, the next request on the connection begins after it."""

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", "0")])
        return [environ["wsgi.input"].read(4) and b"" if reads else b""]

    kept = stage.answer(application, POST + GET)
    assert stage.worker._keepalive_after(stage.conn, kept)
    following = next(stage.conn.parser)

    assert (following.method, following.path) == ("GET", "/")


def test_hooks_are_called(stage: Stage) -> None:
    """What the operator has gunicorn call before and after a request is called; a fault of it ends nothing."""
    called = list[str]()
    cfg = stage.worker.cfg

    def before(_: Any, request: Any) -> None:
        called.append(f"before {request.path}")

    def after(_: Any, request: Any, __: Any, response: Any) -> None:
        called.append(f"after {request.path}: {response.status}")
        raise ValueError("in the hook")

    cfg.set("pre_request", before)
    cfg.set("post_request", after)
    worker = AnsweringWorker(1, 1, [], None, 30, cfg, stage.worker.log)
    stage.worker.tmp.close()
    stage.worker = worker

    assert stage.answer(answering(b"hello", size=5)[0])
    assert called == ["before /", "after /: 200 OK"]


def test_after_a_short_answer_the_connection_ends(stage: Stage) -> None:
    """A client that was promised more must not take the next answer for the rest of this one."""
    assert stage.answer(answering(b"hell", size=5)[0]) is False


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "200 OK"])
def test_an_answer_without_a_body_is_not_short(stage: Stage, status: str) -> None:
    """What may have no body, whatever size it tells, leaves the connection as it is."""
    sent = GET.replace(b"GET", b"HEAD") if status == "200 OK" else GET

    assert stage.answer(answering(status=status, size=5)[0], sent) is True
