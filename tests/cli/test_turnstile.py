"""One thread after the other, unless somebody loses patience."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from mxcp_flask.cli import turnstile as module
from mxcp_flask.cli.turnstile import Turnstile


@pytest.fixture
def turnstile(monkeypatch: pytest.MonkeyPatch) -> Turnstile:
    """Return one whose visitors have patience."""
    monkeypatch.setattr(module, "LONGEST", 60)
    return Turnstile()


def in_thread(work: Callable[[], object]) -> None:
    """Do ``work`` in a thread of its own, to its end."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def enters(turnstile: Turnstile) -> bool:
    """Tell whether another thread would get in at once."""
    free = turnstile._lock.acquire(blocking=False)
    if free:
        turnstile._lock.release()
    return free


def visit(turnstile: Turnstile) -> None:
    """Be inside for a moment, alone."""
    with turnstile.inside():
        assert not enters(turnstile)


def test_one_at_a_time(turnstile: Turnstile) -> None:
    """However many threads come, one is inside."""
    inside, most = list[int](), list[int]()

    def come_again() -> None:
        for _ in range(200):
            with turnstile.inside():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(come_again) for _ in range(8)]:
            done.result()

    assert set(most) == {1}


def test_others_come_in_while_one_is_aside(turnstile: Turnstile) -> None:
    """Who goes aside lets another one in, and is inside again afterwards."""
    with turnstile.inside():
        assert not enters(turnstile)
        with turnstile.aside():
            in_thread(lambda: visit(turnstile))
            assert enters(turnstile)
        assert not enters(turnstile)
    assert enters(turnstile)


def test_nobody_waits_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has waited for a moment goes on beside the one inside, and leaves that one's place alone."""
    monkeypatch.setattr(module, "LONGEST", 0)
    turnstile = Turnstile()
    visited = threading.Event()

    def pass_by() -> None:
        with turnstile.inside(), turnstile.aside():
            visited.set()

    with turnstile.inside():
        in_thread(pass_by)
        assert visited.is_set()
        assert not enters(turnstile)


def test_aside_from_nowhere(turnstile: Turnstile) -> None:
    """Going aside means nothing to a thread that is not inside, nor what it does there to others."""
    with turnstile.aside():
        assert enters(turnstile)
    assert enters(turnstile)


def test_errors_leave_the_place_free(turnstile: Turnstile) -> None:
    """Whatever happens inside or aside, the next one gets in."""
    with pytest.raises(ZeroDivisionError), turnstile.inside(), turnstile.aside():
        raise ZeroDivisionError
    assert enters(turnstile)
