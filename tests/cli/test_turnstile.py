"""One thread after the other, unless somebody is held up."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from mxcp_flask.cli import turnstile as module
from mxcp_flask.cli.turnstile import Gate, Turnstile
from tests.support.live import SECONDS, becomes


@pytest.fixture
def turnstile(monkeypatch: pytest.MonkeyPatch) -> Turnstile:
    """Return one whose visitors have patience."""
    monkeypatch.setattr(module, "LONGEST", 60)
    return Turnstile()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Return threads."""
    with ThreadPoolExecutor(8) as pool:
        yield pool


def in_thread(work: Callable[[], object]) -> None:
    """Do ``work`` in a thread of its own, to its end."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def enters(turnstile: Turnstile) -> bool:
    """Tell whether another thread would get in at once."""
    return turnstile._inside is None


def visit(turnstile: Turnstile) -> None:
    """Be inside for a moment, alone."""
    with turnstile.inside():
        assert not enters(turnstile)


class Visits:
    """Threads that write down, inside, who they are."""

    def __init__(self, turnstile: Turnstile, pool: ThreadPoolExecutor) -> None:
        self.turnstile, self.pool = turnstile, pool
        self.order = list[str]()
        self.visits = list[Future[None]]()

    def come(self, name: str) -> None:
        """Wait at the turnstile for the first time."""
        self.visits.append(self.pool.submit(self._come, name))
        assert becomes(lambda: len(self.turnstile._coming) == 1)

    @contextmanager
    def one_aside(self, name: str) -> Iterator[threading.Event]:
        """Give what lets a thread come back that is aside."""
        back, away = threading.Event(), threading.Event()
        self.visits.append(self.pool.submit(self._be_aside, name, away, back))
        assert away.wait(SECONDS)
        yield back
        for visit in self.visits:
            visit.result()

    def come_back(self, back: threading.Event) -> None:
        """Let the one who is aside come back and wait."""
        back.set()
        assert becomes(lambda: bool(self.turnstile._returning))

    def _come(self, name: str) -> None:
        with self.turnstile.inside():
            self.order.append(name)

    def _be_aside(self, name: str, away: threading.Event, back: threading.Event) -> None:
        with self.turnstile.inside():
            with self.turnstile.aside():
                away.set()
                assert back.wait(SECONDS)
            self.order.append(name)


def test_one_at_a_time(turnstile: Turnstile) -> None:
    """However many threads come, one is inside."""
    inside, most = list[int](), list[int]()

    def come_again() -> None:
        for _ in range(200):
            with turnstile.inside():
                inside.append(1)
                most.append(len(inside))
                inside.pop()
                turnstile.step()
                with turnstile.aside():
                    pass
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(come_again) for _ in range(8)]:
            done.result()

    assert set(most) == {1}
    assert enters(turnstile)


def test_others_come_in_while_one_is_aside(turnstile: Turnstile) -> None:
    """Who goes aside lets another one in, and is inside again afterwards."""
    with turnstile.inside():
        assert not enters(turnstile)
        with turnstile.aside():
            in_thread(lambda: visit(turnstile))
            assert enters(turnstile)
        assert not enters(turnstile)
    assert enters(turnstile)


def test_who_comes_back_goes_first(turnstile: Turnstile, pool: ThreadPoolExecutor) -> None:
    """Who was aside is before one that came earlier, for the first time."""
    visits = Visits(turnstile, pool)
    with visits.one_aside("returning") as back, turnstile.inside():
        visits.come("coming")
        visits.come_back(back)

    assert visits.order == ["returning", "coming"]


def test_a_step_stays(turnstile: Turnstile, pool: ThreadPoolExecutor) -> None:
    """Between two pieces of work nobody comes in who has begun nothing yet."""
    visits = Visits(turnstile, pool)
    with turnstile.inside():
        visits.come("coming")
        turnstile.step()
        visits.order.append("step")
    visits.visits[0].result()

    assert visits.order == ["step", "coming"]


def test_a_step_gives_way(turnstile: Turnstile, pool: ThreadPoolExecutor) -> None:
    """Between two pieces of work those go first who come back, and then one that came before."""
    visits = Visits(turnstile, pool)
    with visits.one_aside("returning") as back, turnstile.inside():
        visits.come("coming")
        visits.come_back(back)
        turnstile.step()
        visits.order.append("step")
        assert not enters(turnstile)

    assert visits.order == ["returning", "coming", "step"]


def test_nobody_waits_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is held up inside is passed, and has no place any more that it could leave to somebody."""
    monkeypatch.setattr(module, "LONGEST", 0)
    turnstile = Turnstile()
    passed, over = threading.Event(), threading.Event()

    def pass_by() -> None:
        with turnstile.inside():
            passed.set()
            assert over.wait(SECONDS)

    with ThreadPoolExecutor(1) as pool:
        with turnstile.inside():
            passing = pool.submit(pass_by)
            assert passed.wait(SECONDS)
            with turnstile.aside():
                assert not enters(turnstile)
        assert not enters(turnstile)
        over.set()
        passing.result()
    assert enters(turnstile)


def test_who_was_passed_waits_like_others(turnstile: Turnstile, pool: ThreadPoolExecutor) -> None:
    """The next piece of work of one that was held up begins when it is inside again."""
    turnstile._inside = 0  # another thread
    pool.submit(turnstile.step)
    assert becomes(lambda: len(turnstile._coming) == 1)
    turnstile._coming.popleft().lock.release()


def test_who_sees_others_work_has_patience(monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor) -> None:
    """Nobody is passed who makes steps, and of several who lose patience one goes in."""
    monkeypatch.setattr(module, "LONGEST", 0)

    class Watched(Turnstile):
        def _passes(self, queue: deque[Gate], gate: Gate, seen: int) -> bool:
            looked.release()
            assert stepped.acquire(timeout=SECONDS)
            passed.append(super()._passes(queue, gate, seen))
            return passed[-1]

    turnstile, passed = Watched(), list[bool]()
    looked, stepped = threading.Semaphore(0), threading.Semaphore(0)
    with turnstile.inside():
        visiting = pool.submit(visit, turnstile)
        for steps in (1, 1, 1, 0):
            assert looked.acquire(timeout=SECONDS)
            for _ in range(steps):
                turnstile.step()
            stepped.release()
        visiting.result()

    assert passed == [False, False, False, True]


def test_one_passes_at_a_time(turnstile: Turnstile) -> None:
    """Of two who have seen the same one do nothing, the second waits for the first."""
    gates = [Gate(), Gate()]
    turnstile._coming.extend(gates)

    assert [turnstile._passes(turnstile._coming, gate, 0) for gate in gates] == [True, False]


def test_who_is_let_in_while_it_loses_patience(turnstile: Turnstile) -> None:
    """Who was let in at the very moment at which it would pass is in, once."""
    with turnstile.inside():
        assert turnstile._passes(turnstile._coming, Gate(), turnstile._steps)


def test_aside_from_nowhere(turnstile: Turnstile) -> None:
    """Going aside means nothing to a thread that is not inside, nor what it does there to others."""
    with turnstile.aside():
        assert enters(turnstile)
    assert enters(turnstile)


def test_aside_from_aside(turnstile: Turnstile) -> None:
    """Who goes aside twice is inside again when it has come back twice."""
    with turnstile.inside():
        with turnstile.aside():
            with turnstile.aside():
                assert enters(turnstile)
            assert enters(turnstile)
        assert not enters(turnstile)


def test_errors_leave_the_place_free(turnstile: Turnstile) -> None:
    """Whatever happens inside or aside, the next one gets in."""
    with pytest.raises(ZeroDivisionError), turnstile.inside(), turnstile.aside():
        raise ZeroDivisionError
    assert enters(turnstile)
