"""The turns of a process's threads."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from mxcp_flask.store.turns import Turns
from tests.support import live

PATIENCE = live.SECONDS


@pytest.fixture
def turns() -> Turns:
    """Give turns, of which this thread has the first."""
    turns = Turns()
    assert turns.take(PATIENCE)
    return turns


def test_order(turns: Turns) -> None:
    """Threads have their turns in the order in which they asked."""
    had: list[int] = []
    threads = [threading.Thread(target=have_turn, args=(turns, had, number)) for number in range(8)]
    for number, thread in enumerate(threads, 1):
        thread.start()
        assert live.becomes(partial(waits, turns, number))
    turns.give_back()
    for thread in threads:
        thread.join(PATIENCE)

    assert had == list(range(8))
    assert turns.take(0)


def waits(turns: Turns, count: int) -> bool:
    """Tell whether so many threads wait."""
    return len(turns._waiting) == count


def have_turn(turns: Turns, had: list[int], number: int) -> None:
    """Take a turn and tell it."""
    assert turns.take(PATIENCE)
    had.append(number)
    turns.give_back()


def test_impatient_thread(turns: Turns) -> None:
    """Whoever stopped waiting gets no turn, and keeps nobody from one."""
    assert not turns.take(0.01)
    assert not turns.hand_over()
    turns.give_back()

    assert turns.take(0)


def test_nobody_to_hand_over_to(turns: Turns) -> None:
    """A turn that nobody waits for stays with its thread."""
    assert not turns.hand_over()
    assert not turns.take(0)


def test_turn_that_comes_in_the_last_moment(turns: Turns) -> None:
    """A turn that is handed over just when its thread stops waiting is not lost."""
    late = threading.Lock()
    late.acquire()
    turns._waiting.append(late)
    assert turns.hand_over()

    assert turns._came_at_last(late)
    turns.give_back()
    assert turns.take(0)
