"""The pace of a sweep: nobody who reads or writes meanwhile waits for more than one small batch of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

BATCH = 50  # rows of each kind; a millisecond or two
PAUSE = 0.01  # seconds at least between two batches, in which others have the database to themselves
SHARE = 4  # times as long as a batch took: on a busy machine, so much more is for others


def sweeping(
    sweep: Callable[[int], int],
    pause: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[int]:
    """Call ``sweep`` with how many rows may go, until none does any more, and give each time how many went."""
    began = clock()
    while gone := sweep(BATCH):
        took = clock() - began
        yield gone
        pause(max(PAUSE, SHARE * took))
        began = clock()
