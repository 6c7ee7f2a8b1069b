"""Tells when somebody waits for work under way, so that a test need not guess."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Any

import pytest

from mxcp_flask.oauth import look_ups


def count_waiters(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Return a semaphore that is released by each who begins to wait for another's work."""
    waiters = threading.Semaphore(0)

    class Telling(Future[Any]):
        def result(self, timeout: float | None = None) -> Any:
            waiters.release()
            return super().result(timeout)

    monkeypatch.setattr(look_ups, "Future", Telling)
    return waiters
