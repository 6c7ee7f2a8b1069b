"""What gunicorn's worker, if this process is one, tells the application: whether it is to end, and by when."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import Any

from mxcp_flask.cli.turnstile import turnstile
from mxcp_flask.host import Host

PATIENCE = 10.0  # seconds that a call may wait for a database file; clients and proxies wait for 60
MARGIN = 2.0  # seconds for an answer to be made and sent, before gunicorn's graceful_timeout is over


def gunicorn_host() -> Host:
    """Return the host of an application that gunicorn serves; it may be made before the fork."""
    stop = Stop()
    return Host(
        is_stopping=stop.begun,
        must_stop=stop.is_due,
        patience=PATIENCE,
        processes=worker_count,
        aside=turnstile.aside,
    )


def worker_count() -> int:
    """Return how many workers gunicorn was told to run; 1 when it runs none."""
    worker = current_worker()
    return int(worker.cfg.workers) if worker else 1


def current_worker() -> Any:
    """Return gunicorn's worker object in a worker process, whatever its class, else None.

    gunicorn hands it to nobody, but whoever handles SIGTERM there is a method of it. The master's handler is one of an
    object that is never ``alive``.
    """
    owner = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return owner if hasattr(owner, "alive") and hasattr(owner, "cfg") else None


class Stop:
    """The end of the worker process, as far as one can tell by its object."""

    def __init__(self, worker: Callable[[], Any] = current_worker, clock: Callable[[], float] = time.monotonic) -> None:
        self._worker = worker
        self._clock = clock
        self._noticed: float | None = None

    def begun(self) -> bool:
        """Tell whether SIGTERM came."""
        worker = self._worker()
        if worker is None or worker.alive:
            return False
        if self._noticed is None:  # PatientWorker knows when it was; of others we learn when we ask
            self._noticed = getattr(worker, "told_at", None) or self._clock()
        return True

    def is_due(self) -> bool:
        """Tell whether what runs must end now, because gunicorn will soon end it."""
        if not self.begun() or self._noticed is None:
            return False
        grace: float = self._worker().cfg.graceful_timeout
        return self._clock() >= self._noticed + grace - min(MARGIN, grace / 2)
