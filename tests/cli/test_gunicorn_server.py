"""What gunicorn's threads do with a client that stops in the middle of its request."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from gunicorn import util

from mxcp_flask.cli import gunicorn_rounds, turnstile
from mxcp_flask.cli.gunicorn_server import GunicornServer
from mxcp_flask.cli.workers import Workers
from tests.support.live import becomes
from tests.support.threads_worker import SECONDS, Client, Worker


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """Return a worker with two threads, which has little patience."""
    monkeypatch.setattr(gunicorn_rounds, "SLOWEST", 1)
    with Worker(2).running() as worker:
        yield worker


def test_silent_client_is_given_up(worker: Worker) -> None:
    """A read from a client that says nothing more ends in time, new or not, and the thread is free for others."""
    with Client(worker) as silent, Client(worker) as again, Client(worker) as other:
        silent.sendall(b"POST /token HT")
        again.keeps()
        again.sendall(b"POST /token HT")
        other.keeps()
        assert not silent.told()
        assert not again.told()


def test_client_that_speaks_is_heard(worker: Worker) -> None:
    """What comes in time is read as ever, from a new connection and from a kept one."""
    with Client(worker) as client:
        for _ in range(2):
            client.sendall(b"GET / HT")
            client.sendall(b"TP/1.1\r\nHost: x\r\n\r\n")
            assert client.told()


def ask_for_ever(client: Client) -> None:
    """Ask and take no answer."""
    while True:
        client.ask(*["/large"] * 100)


def test_client_that_takes_nothing_is_given_up(worker: Worker) -> None:
    """Answers that nobody takes hold no thread: the connection is closed in time, and others are answered."""
    with Client(worker) as greedy, Client(worker) as other:
        with pytest.raises((ConnectionError, TimeoutError)):
            ask_for_ever(greedy)
        other.keeps()
        assert becomes(lambda: worker.nr_conns == 1)


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
    with Worker(1).running() as worker:
        with worker.tpool._shutdown_lock, pytest.raises(SystemExit):
            worker.handle_quit()

        assert worker.alive is False
        worker.alive = True  # as it is a thread, and goes on


def test_a_client_that_does_not_close_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait for the client's end of a connection is in a thread, once, and neither the loop nor others wait too."""
    monkeypatch.setattr(turnstile, "LONGEST", 60)
    waiting, over = list[str](), threading.Event()

    def close(sock: socket.socket) -> None:
        waiting.append(threading.current_thread().name)
        assert over.wait(SECONDS)
        sock.close()

    monkeypatch.setattr(util, "close_graceful", close)
    with Worker(2).running() as worker, Client(worker) as client, Client(worker) as other:
        client.ask("/", more="Connection: close\r\n")
        assert "Connection: close" in client.told()
        assert becomes(lambda: len(waiting) == 1)
        other.keeps()
        over.set()
        assert becomes(lambda: worker.nr_conns == 1)

    assert {name.split("-")[0] for name in waiting} == {"ThreadPoolExecutor"}


@pytest.mark.parametrize("about_to", [True, False])
def test_the_end_may_come_while_the_loop_decides_about_connections(about_to: bool) -> None:
    """Whatever the loop was about to do at SIGTERM, who has connected is taken once, and the socket closed once."""
    worker = Worker(1)
    [listener] = worker.sockets
    with Client(worker):
        worker.handle_last()
        worker.alive = False
        worker.set_accept_enabled(about_to)
        worker.set_accept_enabled(False)

        assert (worker.nr_conns, listener.fileno(), worker.sockets) == (1, -1, [])
        worker.tpool.shutdown()
        worker.method_queue.run_callbacks(None)
        [silent] = worker.pending_conns
        silent.close()
    worker.poller.close()
    worker.tmp.close()
