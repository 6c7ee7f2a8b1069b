"""Whose turn it is, and which threads are started for those who wait."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mxcp_flask.cli import rounds as module
from mxcp_flask.cli.rounds import Rounds


class Line(Rounds):
    """Connections that are letters and numbers: ``a3`` has three requests. Its threads start when they are told to."""

    def __init__(self, threads: int) -> None:
        super().__init__(threads, self.start, self.answer)
        self.started = list[Callable[[], None]]()
        self.answered = list[str]()
        self.meanwhile = dict[str, list[str]]()  # who comes while a connection is answered
        self.shut_down = False

    def start(self, work: Callable[[], None]) -> None:
        """Note that a thread is to start, as a pool that is not shut down would."""
        if self.shut_down:
            raise RuntimeError
        self.started.append(work)

    def answer(self, conn: list[Any]) -> bool:
        """Answer one request."""
        self.answered.append(conn[0])
        self.come(*self.meanwhile.pop(conn[0], []))
        conn[1] -= 1
        return bool(conn[1])

    def come(self, *connections: str) -> None:
        """Put connections into the line."""
        for connection in connections:
            self.wait([connection[0], int(connection[1])])

    def run(self) -> str:
        """Run all threads that were started, one after the other; return whom they answered."""
        while self.started:
            self.started.pop()()
        return "".join(self.answered)


def test_who_waits_gets_its_turn_in_order() -> None:
    """Each has one request answered, and is behind all who came before when it asks again."""
    line = Line(1)
    line.come("a3", "b1", "c2")

    assert line.run() == "abcaca"


def test_who_comes_meanwhile_is_before_who_asks_again() -> None:
    """The turn of a connection that comes while another one is answered is before the next one of that."""
    line = Line(1)
    line.meanwhile["a"] = ["b1"]
    line.come("a2")

    assert line.run() == "aba"


def test_as_many_threads_start_as_connections_wait() -> None:
    """No connection waits while the pool has a thread for it, and no more threads start than the pool has."""
    line = Line(2)
    started = list[int]()
    for _ in range(3):
        line.come("a1")
        started.append(len(line.started))

    assert started == [1, 2, 2]


def test_a_thread_that_answers_is_none_that_comes() -> None:
    """For who comes while the only thread has a connection another one starts, and no third before that one has any."""
    line = Line(3)
    line.meanwhile = {"a": ["b1"], "b": ["c1"]}
    line.come("a1")
    line.started.pop()()

    assert line.answered == ["a", "b", "c"]
    assert len(line.started) == 1


def test_one_connection_needs_one_thread() -> None:
    """The thread that has answered goes on with the same connection when no other one waits; no other starts for it."""
    line = Line(8)
    line.come("a9")
    line.started.pop()()

    assert line.answered == ["a"] * 9
    assert not line.started


def test_threads_that_have_ended_start_again() -> None:
    """However often all have been answered, a thread starts for the next one."""
    line = Line(1)
    for _ in range(3):
        line.come("a2")
        line.run()

    assert len(line.answered) == 6


def test_nobody_comes_too_late() -> None:
    """Who comes when a thread has seen that nobody waits, but has not ended yet, is answered all the same."""

    class Late(deque[Any]):
        late: tuple[str, ...] = ("b1", "c1")

        def popleft(self) -> Any:
            if self:
                return super().popleft()
            late, self.late = self.late, ()
            line.come(*late)
            raise IndexError

    line = Line(1)
    line.waiting = Late()
    line.come("a1")

    assert line.run() == "abc"


def test_who_has_just_a_connection_does_not_look_for_one() -> None:
    """Another thread starts for who comes when the one that looked has just taken another connection."""

    class Late(deque[Any]):
        def popleft(self) -> Any:
            first = super().popleft()
            line.come(*line.meanwhile.pop("", []))
            return first

    line = Line(2)
    line.waiting = Late()
    line.meanwhile[""] = ["b1"]
    line.come("a1")
    line.started.pop()()

    assert len(line.started) == 1


def test_a_pool_that_is_shut_down() -> None:
    """When no other thread can start, the one that there is goes on."""
    line = Line(2)
    line.come("a2", "b2")
    del line.started[1:]
    line._takers.pop()
    line._looking.pop()
    line.shut_down = True
    line.run()

    assert line.answered == ["a", "b", "a", "b"]


def test_a_thread_that_waits_has_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever a thread may have to wait for others, its connection is in the line, where they find it."""
    seen = list[int]()

    class Turnstile:
        @contextmanager
        def inside(self) -> Iterator[None]:
            seen.append(len(line.waiting))
            yield

        def step(self) -> None:
            seen.append(len(line.waiting))

    monkeypatch.setattr(module, "turnstile", Turnstile())
    line = Line(1)
    line.come("a2", "b1")
    line.run()

    assert seen == [2, 2, 1, 0]
