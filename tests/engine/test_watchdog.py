"""The watchdog's thread: one for all, and none when it is not needed."""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import cast

import duckdb
import pytest

from mxcp_flask.engine.watchdog import Watchdog
from mxcp_flask.logs import of_request
from tests.support.records import json_log


class Cursor:
    """Knows whether it was interrupted."""

    def __init__(self) -> None:
        self.interrupted = threading.Event()

    def interrupt(self) -> None:
        """Note it."""
        self.interrupted.set()


def watched(cursor: Cursor) -> duckdb.DuckDBPyConnection:
    """Return ``cursor`` as what it stands for."""
    return cast("duckdb.DuckDBPyConnection", cursor)


def test_late_cursor_is_interrupted() -> None:
    """A cursor that is watched for longer than its time is interrupted, and whoever watches can tell."""
    dog, cursor = Watchdog(0.01), Cursor()
    with dog.watching(watched(cursor)) as was_interrupted:
        assert cursor.interrupted.wait(10)
        assert was_interrupted() == "late"
    dog.stop()


def test_cursor_in_time_is_left_alone() -> None:
    """What ended in time is not interrupted, then or later."""
    dog, cursor, late = Watchdog(0.01), Cursor(), Cursor()
    with dog.watching(watched(cursor)) as was_interrupted:
        assert not was_interrupted()
    with dog.watching(watched(late)):
        assert late.interrupted.wait(10)
    dog.stop()

    assert not cursor.interrupted.is_set()


def test_a_cursor_that_nobody_waits_for_is_interrupted() -> None:
    """When ``alive`` says no, the cursor is interrupted long before its time, and it is told apart from a late one."""
    dog, cursor, waiting = Watchdog(60), Cursor(), [True, True, False]
    with dog.watching(watched(cursor), lambda: waiting.pop(0)) as verdict:
        assert cursor.interrupted.wait(10)
        assert verdict() == "cancelled"
    dog.stop()

    assert waiting == []


def test_an_interruption_is_repeated() -> None:
    """A cursor that goes on, as it does when it was between two statements, is interrupted again."""
    dog, cursor = Watchdog(0.01, poll=0.01), Cursor()
    with dog.watching(watched(cursor)):
        for _ in range(2):
            assert cursor.interrupted.wait(10)
            cursor.interrupted.clear()
    dog.stop()


def test_cancelling_is_for_one_cursor_while_it_is_watched() -> None:
    """Cancelling interrupts that cursor and no other, and nothing once its work is done."""
    dog, cursor, other = Watchdog(60), Cursor(), Cursor()
    with dog.watching(watched(other)) as verdict, dog.watching(watched(cursor)):
        dog.cancel(watched(cursor))
        assert cursor.interrupted.is_set()
        assert verdict() is None
    dog.cancel(watched(other))
    dog.stop()

    assert not other.interrupted.is_set()


def test_a_question_that_fails_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """When ``alive`` raises, the log says so, and the limits of all go on."""
    dog, cursor = Watchdog(0.1, poll=0.01), Cursor()

    def fail() -> bool:
        raise OSError

    with dog.watching(watched(cursor), fail) as verdict:
        assert cursor.interrupted.wait(10)
        assert verdict() == "late"
    dog.stop()

    assert "cannot tell whether anybody waits" in caplog.text


def watchdogs(others: Collection[threading.Thread]) -> list[threading.Thread]:
    """Return the watchdogs' threads that run, besides ``others``, which earlier tests left."""
    return [thread for thread in threading.enumerate() if thread.name == "duckdb-watchdog" and thread not in others]


def test_one_thread_which_ends_and_begins_again() -> None:
    """However many cursors, there is one thread; stopped, it is gone, and the next cursor starts another."""
    dog, others = Watchdog(60), threading.enumerate()
    with dog.watching(watched(Cursor())), dog.watching(watched(Cursor())):
        assert len(watchdogs(others)) == 1
    dog.stop()
    assert watchdogs(others) == []
    with dog.watching(watched(Cursor())):
        assert len(watchdogs(others)) == 1
    dog.stop()


def test_lines_belong_to_the_request_that_is_watched() -> None:
    """What the watchdog's thread logs about a statement has the identifier of the statement's request."""
    dog, cursor = Watchdog(60, poll=0.01), Cursor()
    asked = threading.Event()

    def fail() -> bool:
        asked.set()
        raise OSError

    with json_log() as log:
        with of_request("3f2a"), dog.watching(watched(cursor), fail):
            assert asked.wait(10)
        dog.stop()

    assert {line["request"] for line in log.of("mxcp.engine")} == {"3f2a"}


def test_a_server_that_ends_stops_what_runs_and_what_begins() -> None:
    """Once the server must end, every cursor is interrupted, also one that begins afterwards."""
    ends = threading.Event()
    dog, cursor, later = Watchdog(60, ends.is_set, poll=0.01), Cursor(), Cursor()
    with dog.watching(watched(cursor)) as verdict:
        assert verdict() is None
        ends.set()
        assert cursor.interrupted.wait(10)
        assert verdict() == "stopping"
    with dog.watching(watched(later)) as verdict:
        assert later.interrupted.wait(10)
        assert verdict() == "stopping"
    dog.stop()
