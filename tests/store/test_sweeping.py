"""The pace of a sweep."""

from __future__ import annotations

from mxcp_flask.store.sweeping import BATCH, PAUSE, SHARE, sweeping
from tests.support.clock import Clock


def test_there_is_a_pause_after_each_batch() -> None:
    """Batches must be small, and others get their turn between any two, the longer the longer a batch took."""
    clock, asked, paused = Clock(0), list[int](), list[float]()
    left = [(120, 0), (30, 2), (0, 0)]

    def sweep(limit: int) -> int:
        gone, took = left[len(asked)]
        asked.append(limit)
        clock.advance(took)
        return gone

    assert list(sweeping(sweep, paused.append, clock)) == [120, 30]
    assert asked == [BATCH] * 3
    assert paused == [PAUSE, SHARE * 2]
