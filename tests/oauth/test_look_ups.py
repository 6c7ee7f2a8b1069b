"""Tests of mxcp_flask.oauth.look_ups."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mxcp_flask.errors import TooManyLookUps
from mxcp_flask.oauth.look_ups import RecentFailures, SingleFlight
from tests.oauth.waiters import count_waiters


def test_one_works_and_the_others_get_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks while the work is under way gets its result without doing it again; other keys do not wait."""
    waiters, flights = count_waiters(monkeypatch), SingleFlight[str](2, 10)
    entered = threading.Event()

    def work() -> str:
        entered.set()
        assert waiters.acquire(timeout=10)
        return "first"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(flights.run, "a", work)
        assert entered.wait(10)
        assert flights.run("b", lambda: "other") == "other"
        second = pool.submit(flights.run, "a", lambda: "second")

    assert (first.result(), second.result()) == ("first", "first")


def test_work_is_done_again_after_its_end() -> None:
    """A result is not kept."""
    flights = SingleFlight[int](1, 10)
    assert [flights.run("a", lambda number=number: number) for number in range(3)] == [0, 1, 2]  # type: ignore[misc]


def test_exception_reaches_everybody_and_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception goes to all who wait, and does not block the key."""
    waiters, flights = count_waiters(monkeypatch), SingleFlight[str](2, 10)
    entered = threading.Event()

    def fail() -> str:
        entered.set()
        assert waiters.acquire(timeout=10)
        raise LookupError

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(flights.run, "a", fail)
        assert entered.wait(10)
        second = pool.submit(flights.run, "a", lambda: "second")
        for asked in (first, second):
            with pytest.raises(LookupError):
                asked.result()

    assert flights.run("a", lambda: "again") == "again"


def test_one_too_many_is_turned_away_at_once() -> None:
    """No more than ``most`` pieces of work run, whatever their keys; the next one may when a place is free again."""
    flights, entered, end = SingleFlight[str](1, 10), threading.Event(), threading.Event()

    def work() -> str:
        entered.set()
        assert end.wait(10)
        return "first"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(flights.run, "a", work)
        assert entered.wait(10)
        with pytest.raises(TooManyLookUps):
            flights.run("b", lambda: "second")
        end.set()

    assert first.result() == "first"
    assert flights.run("b", lambda: "second") == "second"


def test_failed_work_gives_its_place_back() -> None:
    """Work that fails, and work that was turned away, does not take a place for good."""
    flights = SingleFlight[int](1, 10)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            flights.run("a", lambda: 1 // 0)
        with pytest.raises(TooManyLookUps):
            flights.run("a", lambda: flights.run("b", lambda: 1))

    assert flights.run("b", lambda: 1) == 1


def test_patience_of_who_waits_ends() -> None:
    """Who waits for another's work gives up in time, and the work goes on."""
    flights, entered, end = SingleFlight[str](1, 0), threading.Event(), threading.Event()

    def work() -> str:
        entered.set()
        assert end.wait(10)
        return "first"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(flights.run, "a", work)
        assert entered.wait(10)
        with pytest.raises(TooManyLookUps):
            flights.run("a", lambda: "second")
        end.set()

    assert first.result() == "first"


def test_failure_is_remembered_for_its_time() -> None:
    """A failure counts until its seconds are over."""
    failures = RecentFailures(60, 10)
    failures.add("a", 1000.0)

    assert [failures.has("a", now) for now in (1000.0, 1059.9, 1060.0)] == [True, True, False]
    assert not failures.has("b", 1000.0)


def test_only_the_latest_failures_are_remembered() -> None:
    """The table is bounded; a failure that happens again counts as late."""
    failures = RecentFailures(60, 3)
    for key in "abcad":
        failures.add(key, 1000.0)

    assert [key for key in "abcd" if failures.has(key, 1000.0)] == ["a", "c", "d"]
