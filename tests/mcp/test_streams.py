"""Tests of mxcp_flask.mcp.streams: server-sent events."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from mxcp_flask.mcp.streams import events, notification


def conclude(answer: dict[str, Any] | Exception) -> bytes:
    """Return a response that shows what it was made of."""
    return repr(answer).encode()


def telling(ended: list[str], failure: Exception | None = None) -> Generator[dict[str, Any], None, dict[str, Any]]:
    """Tell twice, then end or fail; ``ended`` learns how."""
    try:
        yield notification("one", text="a\nb")
        yield notification("two")
        if failure:
            raise failure
        return {"done": True}
    finally:
        ended.append("closed")


def test_notifications_come_before_the_response() -> None:
    """Each must be an event of one line of data, and the response the last one."""
    assert list(events(telling([]), conclude)) == [
        b'event: message\ndata: {"jsonrpc":"2.0","method":"one","params":{"text":"a\\nb"}}\n\n',
        b'event: message\ndata: {"jsonrpc":"2.0","method":"two","params":{}}\n\n',
        b"event: message\ndata: {'done': True}\n\n",
    ]


def test_a_failure_is_the_last_event() -> None:
    """What fails after the first event must be answered in the last one."""
    assert list(events(telling([], ValueError("x")), conclude))[-1] == b"event: message\ndata: ValueError('x')\n\n"


@pytest.mark.parametrize("taken", [1, 2])
def test_work_ends_when_nobody_listens(taken: int) -> None:
    """A stream that is closed early must close the work behind it."""
    ended: list[str] = []
    stream = events(telling(ended), conclude)
    for _ in range(taken):
        next(stream)

    assert isinstance(stream, Generator)
    stream.close()

    assert ended == ["closed"]
