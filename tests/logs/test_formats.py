"""What a record looks like, whatever stands in it."""

from __future__ import annotations

import json
import logging
import os
import sys
from typing import Any, NoReturn

import pytest
from hypothesis import given, strategies

from mxcp_flask.logs.formats import LONGEST_FACT, LONGEST_MESSAGE, JsonFormat, TextFormat
from mxcp_flask.logs.requests import request_id

HOSTILE = "a\nb\r\n2026-07-28 08:15:30.123 1 ERROR mxcp.web: forged\x1b[2J\u202egnp\u2028x\x7f\x85\ud800\x00"


def record(message: str, *args: object, **more: Any) -> logging.LogRecord:
    """Return a record of a known moment."""
    made = logging.LogRecord("mxcp.web", logging.INFO, __file__, 1, message, args, more.pop("exc_info", None))
    made.created = 1785226530.1239
    made.__dict__.update(more)
    return made


def test_text() -> None:
    """A line has the time in UTC, the process, level, logger and message."""
    assert TextFormat().format(record("hello %s", "Ada")) == (
        f"2026-07-28 08:15:30.123 {os.getpid()} INFO    mxcp.web: hello Ada"
    )


def test_text_within_a_request() -> None:
    """The request's identifier stands before the message."""
    token = request_id.set("3f2a")
    assert TextFormat().format(record("hello")).endswith("mxcp.web: [3f2a] hello")
    request_id.reset(token)


def test_json() -> None:
    """A line is one object; its facts are keys of their own."""
    token = request_id.set("3f2a")
    line = JsonFormat().format(record("called by 'Ada'", brief="called", facts={"name": "Ada", "status": 200}))
    request_id.reset(token)

    assert json.loads(line) == {
        "time": "2026-07-28T08:15:30.123Z",
        "level": "INFO",
        "logger": "mxcp.web",
        "message": "called",
        "pid": os.getpid(),
        "request": "3f2a",
        "name": "Ada",
        "status": 200,
    }


def test_facts_take_no_key_of_the_line() -> None:
    """A fact with the name of a key that each line has is left out."""
    line = json.loads(JsonFormat().format(record("x", facts={"level": "CRITICAL", "odd": float("nan"), "none": None})))

    assert (line["level"], line["odd"], line["none"]) == ("INFO", "nan", None)


def test_hostile_text_in_json() -> None:
    """Nothing that a stranger writes can end the line, turn a terminal, or make the object unreadable."""
    line = JsonFormat().format(record("%s", HOSTILE, facts={"name": HOSTILE, HOSTILE: 1}))

    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["name"] == HOSTILE.replace("\ud800", "\ufffd")


def test_hostile_text_in_text() -> None:
    """What a stranger writes stays in its line, or is indented, so that it cannot pass for another line."""
    first, *others = TextFormat().format(record("%s", HOSTILE)).split("\n")

    assert all(line.isprintable() for line in [first, *others])
    assert all(line.startswith("    ") for line in others)


@given(strategies.text(alphabet=strategies.characters()))
def test_any_text_in_both(text: str) -> None:
    """Whatever the message, JSON is one readable line, and text begins one line only."""
    line = JsonFormat().format(record("%s", text))
    assert "\n" not in line
    assert set(json.loads(line)) == {"time", "level", "logger", "message", "pid"}

    _, *others = TextFormat().format(record("%s", text)).splitlines()
    assert all(line.startswith("    ") for line in others)


def test_huge_values_are_cut() -> None:
    """A value of any size leaves a line of bounded size, which says how long the value was."""
    line = json.loads(JsonFormat().format(record("x" * 10**6, facts={"name": "y" * 10**6})))

    assert len(line["message"]) < LONGEST_MESSAGE + 50
    assert len(line["name"]) < LONGEST_FACT + 50
    assert "(1000000 characters)" in line["name"]
    assert len(TextFormat().format(record("x" * 10**6))) < LONGEST_MESSAGE + 150


def failed(text: str) -> logging.LogRecord:
    """Return the record of an exception with ``text``."""
    try:
        raise ValueError(text)
    except ValueError:
        return record("failed", exc_info=sys.exc_info())


def test_exception_in_json() -> None:
    """A traceback is a field, with the error at its end however long it is."""
    line = json.loads(JsonFormat().format(failed("z" * 10**5 + "the end")))

    assert line["message"] == "failed"
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("the end")
    assert len(line["exception"]) < 9_000


def test_exception_in_text() -> None:
    """A traceback follows its line, indented."""
    first, *others = TextFormat().format(failed("x\n2026-07-28 forged")).split("\n")

    assert first.endswith("mxcp.web: failed")
    assert "    2026-07-28 forged" in others
    assert all(line.startswith("    ") for line in others)


class Unspeakable:
    """Has no text."""

    def __str__(self) -> NoReturn:
        """Fail."""
        raise ZeroDivisionError


@pytest.mark.parametrize("args", [(Unspeakable(),), ("too", "many")])
def test_message_that_cannot_be_filled_in(args: tuple[object, ...]) -> None:
    """A record that cannot be worded is a line all the same."""
    assert TextFormat().format(record("hello %s", *args)).endswith("mxcp.web: hello %s (cannot be filled in)")


def test_the_second_goes_on() -> None:
    """Each line has its own moment, in whatever order lines of several seconds come."""
    times = []
    for moment in (1785226530.999, 1785226531.0, 1785226530.001, 1785226531.5):
        made = record("hello")
        made.created = moment
        times.append((TextFormat().format(made)[:23], json.loads(JsonFormat().format(made))["time"]))

    assert [time.replace(" ", "T") + "Z" for time, _ in times] == [time for _, time in times]
    assert [time[17:] for time, _ in times] == ["30.999", "31.000", "30.001", "31.500"]
