"""How connections share the threads of gunicorn's worker, over real ones."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import Any

import pytest
from gunicorn.workers import gthread

from mxcp_flask.cli import gunicorn_rounds, turnstile
from tests.support.live import becomes
from tests.support.threads_worker import SECONDS, Client, Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    """Return a worker with one thread."""
    with Worker(1).running() as worker:
        yield worker


@pytest.fixture
def held(worker: Worker) -> Iterator[Client]:
    """Return a kept connection that has the thread."""
    with Client(worker).keeps() as client:
        client.ask("/held")
        assert worker.held.wait(SECONDS)
        yield client


def await_waiting(worker: Worker, count: int) -> None:
    """Return when so many connections are in the line."""
    assert becomes(lambda: len(worker.rounds.waiting) == count)


def test_it_answers_again_and_again(worker: Worker) -> None:
    """A thread answers what comes on a connection, be it at once or after a pause."""
    with Client(worker).keeps() as client:
        for _ in range(3):
            client.keeps()
        assert becomes(lambda: len(worker.keepalived_conns) == 1)
        assert not worker.rounds._takers
        client.keeps()


def test_kept_ones_take_turns(worker: Worker) -> None:
    """Who sends many requests at once has one of them answered at a time, before others have their turn."""
    with Client(worker).keeps() as many, Client(worker).keeps() as one, Client(worker).keeps() as held:
        held.ask("/held")
        assert worker.held.wait(SECONDS)
        many.ask("/a", "/b", "/c")
        await_waiting(worker, 1)
        one.ask("/one")
        await_waiting(worker, 2)
        worker.release.set()
        assert [client.told()[-2:] for client in (held, many, one, many, many)] == ["ok"] * 5

    assert worker.asked[-5:] == ["/held", "/a", "/one", "/b", "/c"]


def test_who_is_new_has_a_turn(worker: Worker) -> None:
    """A new connection is answered before those that were before it are a second time."""
    with Client(worker).keeps() as many, Client(worker).keeps() as held:
        held.ask("/held", "/more")
        assert worker.held.wait(SECONDS)
        many.ask("/a", "/b")
        await_waiting(worker, 1)
        with Client(worker) as new:
            new.ask("/new")
            await_waiting(worker, 2)
            worker.release.set()
            assert new.told()

        assert [many.told()[-2:], many.told()[-2:]] == ["ok"] * 2
    assert worker.asked[2:6] == ["/held", "/a", "/new", "/more"]


def test_as_many_new_ones_as_threads(worker: Worker) -> None:
    """While as many connections as threads have had no answer, others wait in the kernel, and no longer than that."""
    with Client(worker) as first, Client(worker) as second:
        first.ask("/held")
        assert worker.held.wait(SECONDS)
        second.ask("/")
        assert becomes(lambda: not worker._accepting)
        assert worker.nr_conns == 1
        worker.release.set()

        assert first.told()
        assert second.told()


def test_silent_ones_have_no_thread(worker: Worker) -> None:
    """A new connection on which nothing comes waits aside, and is answered when something does."""
    with Client(worker) as silent:
        assert becomes(lambda: len(worker.pending_conns) == 1)
        with Client(worker) as other:
            other.keeps()
        silent.keeps()


def test_a_pause_is_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a thread waits for what may come, another one answers."""
    monkeypatch.setattr(gunicorn_rounds, "PAUSE", 1000 * SECONDS)
    monkeypatch.setattr(turnstile, "LONGEST", 3 * SECONDS)
    with Worker(2).running() as worker, Client(worker) as silent, Client(worker) as other:
        assert becomes(lambda: bool(worker.rounds._takers and not worker.rounds._looking))
        other.keeps()
        silent.keeps()


def test_nobody_waits_for_a_pause(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """While others wait for it, a thread has no patience with a connection on which nothing comes."""
    with Client(worker).keeps() as other, Client(worker).keeps() as held:
        held.ask("/held")
        assert worker.held.wait(SECONDS)
        with Client(worker):
            await_waiting(worker, 1)
            other.ask("/")
            await_waiting(worker, 2)
            monkeypatch.setattr(gunicorn_rounds, "PAUSE", 2000 * SECONDS)
            worker.release.set()
            assert [client.told()[-2:] for client in (held, other)] == ["ok"] * 2


def test_broken_answers_cost_nothing(worker: Worker) -> None:
    """After an answer that broke off, or was to end its thread, the thread goes on and the connection is gone."""
    for path in ("/broken", "/ended"):
        with Client(worker) as client:
            client.ask(path)
            assert not client.told().endswith("ok")
    with Client(worker) as client:
        client.keeps()
        assert worker.nr_conns == 1
    assert becomes(lambda: worker.nr_conns == 0)
    assert not worker.fresh


def test_no_room_in_the_loop(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that the loop cannot look after is closed, and costs no other one."""
    register = worker.poller.register

    def refuse(of: Any, *what: Any) -> None:
        if of not in worker.sockets:
            raise OSError(errno.ENOSPC, "no watches left")
        register(of, *what)

    with Client(worker) as lost, monkeypatch.context() as patch:
        patch.setattr(worker.poller, "register", refuse)
        lost.keeps()
        assert not lost.told()
    with Client(worker) as client:
        client.keeps()
        assert worker.nr_conns == 1


def test_idle_ones_have_a_bound() -> None:
    """So many connections may be idle that there is room for new ones, and who waits in the line counts as idle."""
    worker = Worker(1, worker_connections=3)
    with worker.running(), Client(worker).keeps() as first, Client(worker).keeps() as second:
        assert becomes(lambda: len(worker.keepalived_conns) == 2)
        for client in (first, second):
            client.ask("/held")
        assert worker.held.wait(SECONDS)
        await_waiting(worker, 1)
        assert worker.max_keepalived == 1
        worker.release.set()
        assert first.told()
        assert second.told()
        assert becomes(lambda: len(worker.keepalived_conns) == 2)
        with Client(worker) as third:
            third.ask("/")
            assert "Connection: close" in third.told()
            assert not third.recv(1)


def test_a_worker_that_ends_answers_what_waits(worker: Worker, held: Client) -> None:
    """Requests that were sent before the end are answered, one more on each connection and nothing after it."""
    held.ask("/last", "/never")
    with Client(worker) as new:
        new.ask("/new", "/never")
        await_waiting(worker, 1)
        worker.stop()
        worker.release.set()
        assert "Connection: keep-alive" in held.told()
        for client in (held, new):
            assert "Connection: close" in client.told()
            assert not client.recv(1)

    assert sorted(worker.asked[1:]) == ["/held", "/last", "/new"]


def test_a_worker_that_ends_hears_those_who_are_late(
    worker: Worker, held: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is connected when the worker is to end, kept or new, may send a request for a moment, and is answered."""
    for module in (gthread, gunicorn_rounds):
        monkeypatch.setattr(module, "STOP_KEEPALIVE_LINGER", SECONDS)
    with Client(worker) as silent, Client(worker):
        await_waiting(worker, 1)
        worker.stop()
        worker.release.set()
        assert held.told()
        assert becomes(lambda: bool(worker.pending_conns and worker.keepalived_conns))
        for client in (silent, held):
            client.ask("/")
            assert "Connection: close" in client.told()


def test_a_worker_that_ends_waits_for_nobody_who_is_silent(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sends nothing, on a new connection or on a kept one, does not keep a worker from its end."""
    monkeypatch.setattr(gthread, "STOP_KEEPALIVE_LINGER", 0)
    with Client(worker).keeps() as kept, Client(worker) as silent:
        assert becomes(lambda: bool(worker.pending_conns and worker.keepalived_conns))
        worker.stop()
        assert not kept.told()
        assert not silent.told()


def test_one_that_came_at_the_end_keeps_no_worker(
    worker: Worker, held: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silent connection that has its turn when the worker ends already does not keep it from that."""
    for module in (gthread, gunicorn_rounds):
        monkeypatch.setattr(module, "STOP_KEEPALIVE_LINGER", 0)
    with Client(worker) as silent:
        await_waiting(worker, 1)
        worker.stop()
        assert becomes(lambda: not worker._accepting)
        worker.release.set()
        assert held.told()
        assert not silent.told()
