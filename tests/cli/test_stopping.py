"""What an application learns of its worker process's end."""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from mxcp_flask.cli.stopping import Stop, current_worker, gunicorn_host
from tests.support.clock import Clock


@dataclass
class Worker:
    """As much of gunicorn's worker as is looked at."""

    grace: float = 30
    alive: bool = True
    told_at: float | None = None
    cfg: SimpleNamespace = field(init=False)

    def __post_init__(self) -> None:
        """Give it settings."""
        self.cfg = SimpleNamespace(graceful_timeout=self.grace, workers=3)

    def handle_exit(self, *_: object) -> None:
        """Begin to end."""
        self.alive = False


@pytest.mark.parametrize(("grace", "due"), [(30, 28), (3, 1.5)])
def test_what_runs_must_end_a_little_before_gunicorn_ends_it(clock: Clock, grace: float, due: float) -> None:
    """Between SIGTERM and that moment the worker is stopping, and what runs may go on."""
    worker = Worker(grace)
    stop = Stop(lambda: worker, clock)
    assert (stop.begun(), stop.is_due()) == (False, False)

    worker.handle_exit()
    assert (stop.begun(), stop.is_due()) == (True, False)
    clock.advance(due - 0.1)
    assert not stop.is_due()
    clock.advance(0.1)
    assert stop.is_due()


def test_time_runs_from_the_signal(clock: Clock) -> None:
    """A worker of ours knows when the signal came, however late it is asked."""
    worker = Worker(alive=False, told_at=clock() - 28)

    assert Stop(lambda: worker, clock).is_due()


def test_without_a_worker_there_is_no_end() -> None:
    """Under another server nobody is told anything."""
    host = gunicorn_host()

    assert (host.is_stopping(), host.must_stop(), host.processes()) == (False, False, 1)


def test_the_worker_is_who_handles_sigterm() -> None:
    """The worker's object is found by its signal handler; a master, which has no ``alive``, is none."""
    before = signal.getsignal(signal.SIGTERM)
    worker = Worker()
    try:
        signal.signal(signal.SIGTERM, worker.handle_exit)
        assert current_worker() is worker
        assert gunicorn_host().processes() == 3
        signal.signal(signal.SIGTERM, SimpleNamespace(signal=print).signal)
        assert current_worker() is None
    finally:
        signal.signal(signal.SIGTERM, before)
