"""What gunicorn's threads do with a client that stops in the middle of its request."""

from __future__ import annotations

import logging
import socket
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from types import SimpleNamespace

import pytest
from flask import Flask

from mxcp_flask.cli import gunicorn_worker
from mxcp_flask.cli.gunicorn_server import GunicornServer
from mxcp_flask.cli.gunicorn_worker import PatientWorker
from mxcp_flask.cli.workers import Workers


@dataclass
class Connection:
    """A client's connection, as far as it is looked at before its request is read."""

    sock: socket.socket

    def init(self) -> None:
        """Do nothing: gunicorn prepares its parser here."""


class Worker(PatientWorker):
    """Reads once in its thread, and gives what became of it to ``read``."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.tpool = pool
        self.queued = deque[None]()
        self.method_queue = SimpleNamespace(defer=lambda *_: None)
        self.read = Queue[bytes | OSError]()

    def handle(self, conn: Connection) -> bool:
        """Read as gunicorn's parser does."""
        try:
            self.read.put(conn.sock.recv(100))
        except OSError as error:
            self.read.put(error)
        return False

    def finish_request(self, *_: object) -> None:
        """Do nothing."""


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return the two ends of a connection, ours and the client's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Return a worker with one thread."""
    with ThreadPoolExecutor(1) as pool:
        yield Worker(pool)


def test_silent_client_is_given_up(
    worker: Worker, ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read from a client that says nothing more ends with an error in time, and the thread is free for others."""
    monkeypatch.setattr(gunicorn_worker, "SLOWEST_READ", 1)
    ours, theirs = ends
    theirs.sendall(b"POST /token HT")
    for _ in range(2):
        worker.enqueue_req(Connection(ours))

    assert worker.read.get(timeout=10) == b"POST /token HT"
    assert isinstance(worker.read.get(timeout=10), BlockingIOError)


def test_client_that_speaks_is_heard(worker: Worker, ends: tuple[socket.socket, socket.socket]) -> None:
    """What comes in time is read as ever, from a new connection and from a kept one."""
    ours, theirs = ends
    for text in (b"first", b"second"):
        worker.enqueue_req(Connection(ours))
        theirs.sendall(text)

        assert worker.read.get(timeout=10) == text


def logged(error: Exception) -> logging.LogRecord:
    """Return the record of ``error``, as gunicorn logs it."""
    fault = (type(error), error, None)
    return logging.LogRecord("gunicorn.error", logging.ERROR, __file__, 1, "Socket error", (), fault)


def test_server_logs_real_errors_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has no traceback of a client that was given up, which strangers could fill it with; of others it has."""
    log = logging.getLogger("gunicorn.error")
    monkeypatch.setattr(log, "filters", [])
    for _ in range(2):
        GunicornServer(
            "127.0.0.1:0", Workers(1, 1), lambda: Flask("none"), database=Path("x.duckdb"), grace=1, debug=False
        )
    records = [logged(BlockingIOError()), logged(OSError()), logging.makeLogRecord({"msg": "Hello"})]

    assert [bool(log.filter(record)) for record in records] == [False, True, True]
    assert len(log.filters) == 1


def test_it_ends_in_the_middle_of_handing_over_a_request() -> None:
    """A quick end must not wait for the lock that the interrupted code of the same thread holds."""
    with ThreadPoolExecutor(1) as pool:
        worker = Worker(pool)
        worker.cfg = SimpleNamespace(worker_int=lambda _: None)
        with pool._shutdown_lock, pytest.raises(SystemExit):
            worker.handle_quit()

    assert worker.alive is False


@dataclass
class Ended(Connection):
    """A connection on which no more request comes; it remembers where it was closed."""

    initialized: bool = True
    is_http2: bool = False
    closed_in: list[str] = field(default_factory=list)
    parser: Iterator[None] = field(default_factory=lambda: iter([None]))

    def close(self, *, graceful: bool = False) -> None:
        """Remember the thread; a real one waits here for the client to close, when it is to be graceful."""
        self.closed_in.append(threading.current_thread().name if graceful else "not graceful")


def test_a_client_that_does_not_close_holds_nobody_up(ends: tuple[socket.socket, socket.socket]) -> None:
    """The wait for the client's end of a connection is in a thread of the pool, once, and not in the worker's loop."""
    conn, worker = Ended(ends[0]), object.__new__(PatientWorker)
    worker.queued, worker.turn = deque([None]), threading.local()
    with ThreadPoolExecutor(1, "pool") as pool:
        kept = pool.submit(PatientWorker.handle, worker, conn).result()
    conn.close(graceful=True)

    assert kept is False
    assert conn.closed_in == ["pool_0"]
