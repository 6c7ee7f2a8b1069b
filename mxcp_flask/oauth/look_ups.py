"""What keeps look-ups at strangers' servers rare, within this process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Generic, TypeVar

from mxcp_flask.errors import TooManyLookUps

Result = TypeVar("Result")


class SingleFlight(Generic[Result]):
    """Runs one piece of work per key at a time, and ``most`` in all.

    Who asks meanwhile gets its result, or its exception; who would wait longer than ``patience`` seconds, or would be
    one too many, gets TooManyLookUps.
    """

    def __init__(self, most: int, patience: float) -> None:
        self.patience = patience
        self._places = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._flights: dict[str, Future[Result]] = {}

    def run(self, key: str, work: Callable[[], Result]) -> Result:
        """Return what ``work``, or the work under way for ``key``, returns."""
        mine = Future[Result]()
        with self._lock:
            flight = self._flights.setdefault(key, mine)
        if flight is mine:
            return self._fly(key, work, mine)
        try:
            return flight.result(self.patience)
        except FutureTimeout as error:
            raise TooManyLookUps from error

    def _fly(self, key: str, work: Callable[[], Result], flight: Future[Result]) -> Result:
        try:
            result = self._work(work)
        except BaseException as error:
            flight.set_exception(error)
            raise
        else:
            flight.set_result(result)
            return result
        finally:
            with self._lock:
                del self._flights[key]

    def _work(self, work: Callable[[], Result]) -> Result:
        if not self._places.acquire(blocking=False):
            raise TooManyLookUps
        try:
            return work()
        finally:
            self._places.release()


class RecentFailures:
    """Remembers for ``seconds`` what failed; of more than ``most``, the latest."""

    def __init__(self, seconds: int, most: int) -> None:
        self.seconds = seconds
        self.most = most
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}  # in the order of adding

    def add(self, key: str, now: float) -> None:
        """Remember that ``key`` failed."""
        with self._lock:
            self._until.pop(key, None)
            self._until[key] = now + self.seconds
            if len(self._until) > self.most:
                del self._until[next(iter(self._until))]

    def has(self, key: str, now: float) -> bool:
        """Tell whether ``key`` failed within the time."""
        return self._until.get(key, now) > now
