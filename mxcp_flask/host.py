"""What the process around an application tells it: whether it is to end, and how patient it may be at its begin."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass


def never() -> bool:
    """Say no."""
    return False


def alone() -> int:
    """Say one."""
    return 1


@dataclass(frozen=True)
class Host:
    """A process; by itself one that never ends and has no time to wait. Any thread may call its functions."""

    #: Whether it was told to end: what runs may go on, and nothing new should be sent here.
    is_stopping: Callable[[], bool] = never
    #: Whether its time is almost over: what still runs must end now, to be answered at all.
    must_stop: Callable[[], bool] = never
    #: Seconds that a call may wait for a database file that another process has not closed yet.
    patience: float = 0.0
    #: How many processes like it share this machine's cores.
    processes: Callable[[], int] = alone
    #: In what a thread works that does not need Python meanwhile, so that others may use it.
    aside: Callable[[], AbstractContextManager[None]] = nullcontext
