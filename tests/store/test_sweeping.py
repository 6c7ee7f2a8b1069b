"""The pace of a sweep."""

from __future__ import annotations

from mxcp_flask.store.sweeping import BATCH, PAUSE, sweeping


def test_there_is_a_pause_after_each_batch() -> None:
    """Batches must be small, and others get their turn between any two."""
    asked, paused = list[int](), list[float]()
    left = [120, 30, 0]

    def sweep(limit: int) -> int:
        asked.append(limit)
        return left[len(asked) - 1]

    assert list(sweeping(sweep, paused.append)) == [120, 30]
    assert asked == [BATCH] * 3
    assert paused == [PAUSE] * 2
