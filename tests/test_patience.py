"""Work that is left behind when it takes too long."""

from __future__ import annotations

import threading
from queue import Queue

import pytest

from mxcp_flask.errors import TookTooLong
from mxcp_flask.logs import of_request, request_id
from mxcp_flask.patience import within


def test_result() -> None:
    """What the work returns is returned."""
    assert within(10, lambda: "done", "work") == "done"


@pytest.mark.parametrize("error", [LookupError("mine"), TimeoutError("mine")])
def test_failure(error: Exception) -> None:
    """What the work raises is raised, also when it is about a time of its own."""

    def fail() -> None:
        raise error

    with pytest.raises(type(error), match="mine"):
        within(10, fail, "work")


@pytest.mark.parametrize("seconds", [0.01, 0, -1])
def test_work_that_takes_too_long(seconds: float) -> None:
    """Nobody waits longer than that; what is left behind keeps no process from its end, and nothing keeps it."""
    end, left = threading.Event(), Queue[threading.Thread]()

    def work() -> None:
        left.put(threading.current_thread())
        end.wait(10)

    with pytest.raises(TookTooLong):
        within(seconds, work, "work")
    thread = left.get(timeout=10)
    assert (thread.name, thread.daemon, thread.is_alive()) == ("work", True, True)
    end.set()
    thread.join(10)

    assert not thread.is_alive()


def test_work_belongs_to_its_request() -> None:
    """What is logged on the work's thread has the caller's identifier."""
    with of_request("3f2a"):
        assert within(10, request_id.get, "work") == "3f2a"
