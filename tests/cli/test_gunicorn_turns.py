"""How long a thread of gunicorn's stays with a connection."""

from __future__ import annotations

import io
import socket
import threading
from collections import deque
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from gunicorn.workers.gthread import ThreadWorker

from mxcp_flask.cli import gunicorn_worker
from mxcp_flask.cli.gunicorn_worker import PatientWorker

LONG, OVER = 3600.0, -1.0  # seconds of a turn


class Talk:
    """A connection, on which ``left`` more requests come, each as soon as the one before is answered."""

    def __init__(self, left: int) -> None:
        self.sock, self.client = socket.socketpair()
        self.left = left
        self.answered = 0
        self.closed = False
        self.parser = SimpleNamespace(unreader=SimpleNamespace(buf=io.BytesIO()))
        self.ask()

    def ask(self) -> None:
        """Send a request, if there is one left."""
        if self.left:
            self.left -= 1
            self.client.sendall(b"?")

    def close(self, *, graceful: bool = False) -> None:
        """Close."""
        self.closed = graceful


@pytest.fixture
def talk() -> Iterator[Talk]:
    """Return a connection on which three requests come."""
    talk = Talk(3)
    with talk.sock, talk.client:
        yield talk


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> PatientWorker:
    """Return a worker with one thread, which is busy, that answers a request as gunicorn's does."""

    def answer(worker: PatientWorker, talk: Talk) -> bool:
        assert talk.sock.recv(1) == b"?"
        talk.answered += 1
        kept = worker.max_keepalived > 0
        talk.ask()
        return kept

    monkeypatch.setattr(ThreadWorker, "handle", answer)
    worker = object.__new__(PatientWorker)
    worker.cfg = SimpleNamespace(threads=1, worker_connections=9)
    worker.queued, worker.turn, worker.alive = deque([None]), threading.local(), True
    return worker


@pytest.mark.parametrize(
    ("accepting", "queued", "turn", "answered", "closed"),
    [
        (True, 0, OVER, 3, False),
        (True, 1, LONG, 3, False),
        (True, 1, OVER, 1, False),
        (False, 0, LONG, 3, False),
        (False, 0, OVER, 1, True),
    ],
    ids=["alone", "others queue", "others queue, turn over", "others connect", "others connect, turn over"],
)
def test_turn(
    worker: PatientWorker,
    talk: Talk,
    monkeypatch: pytest.MonkeyPatch,
    accepting: bool,
    queued: int,
    turn: float,
    answered: int,
    closed: bool,
) -> None:
    """A thread answers what comes without a pause, but only for a turn when others wait; who connects needs an end."""
    monkeypatch.setattr(gunicorn_worker, "TURN", turn)
    worker._accepting = accepting
    worker.queued.extend([None] * queued)
    kept = worker.handle(talk)

    assert (talk.answered, talk.closed, kept) == (answered, closed, not closed)


def test_worker_that_ends_goes_on_with_nothing(worker: PatientWorker, talk: Talk) -> None:
    """After the answer that was on its way, the loop decides what becomes of the connection."""
    worker._accepting, worker.alive = True, False
    worker.handle(talk)

    assert talk.answered == 1


def test_what_was_read_ahead_is_a_request(talk: Talk) -> None:
    """Bytes of the next request that were read already do not make the socket readable, and count."""
    talk.parser.unreader.buf.write(b"POST")

    assert talk.sock.recv(1) == b"?"
    assert gunicorn_worker.is_readable(talk)


def test_pause_ends_the_stay(worker: PatientWorker, talk: Talk) -> None:
    """A client that has nothing to ask does not keep the thread."""
    worker._accepting, talk.left = True, 0

    assert worker.handle(talk) is True
    assert talk.answered == 1
