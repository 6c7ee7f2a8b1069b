"""How often something may be done in a minute, over all processes that share a store, without asking it every time.

A process takes a part of an allowance with one ``count``, and spends it in memory::

    the store       0 ......... 40 ... 52 ...... limit     counted so far
    process A       |-- taken --|                          the parts never overlap, so that what is
    process B                   |taken|                    spent is never more than the limit

A part is at most as large as what the process has spent in this minute, and one; at most a twentieth of the limit;
and it gets smaller towards the end. So nobody is refused before half of the allowance is spent, however many processes
have the other half in their parts; with two or three processes it is nearly all.

While the store cannot count, for want of space or behind a lock, each process goes on by itself: whoever is signed in
is answered, and a loop still ends at the limit of each process.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Lock

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreError
from mxcp_flask.store.base import Store

log = logging.getLogger("mxcp.oauth")
WINDOW = 60  # seconds; windows begin at multiples of it, as the store's do
_LARGEST = 20  # parts of the limit
_OF_REST = 4  # parts of what is left


@dataclass
class _Part:
    """What this process has of one allowance in one window."""

    lock: Lock = field(default_factory=Lock)
    left: int = 0  # taken and not spent
    spent: int = 0
    counted: int = 0  # by all processes, as the store last said
    refused: bool = False


class Allowances:
    """``limit`` a minute for each key; 0 is no limit. ``kind`` says whose keys they are."""

    def __init__(self, store: Store, kind: str, limit: int) -> None:
        self.kind = kind
        self.limit = limit
        self._store = store
        self._lock = Lock()
        self._windows: dict[int, dict[str, _Part]] = {}  # this one, and the one before for who came late
        self._alone: int | None = None  # the window in which this process does not ask the store any more

    def spend(self, key: str, now: int, amount: int = 1) -> bool:
        """Spend ``amount``, or return False, having spent nothing."""
        if not self.limit:
            return True
        part = self._part(key, now)
        with part.lock:
            if part.left < amount and part.counted < self.limit:
                self._take(part, key, now, amount)
            if part.left < amount:
                return False
            part.left -= amount
            part.spent += amount
            return True

    def give_back(self, key: str, now: int, amount: int = 1) -> None:
        """Undo what ``spend`` did."""
        if not self.limit:
            return
        part = self._part(key, now)
        with part.lock:
            part.left += amount
            part.spent -= amount

    def is_first_refusal(self, key: str, now: int) -> bool:
        """Tell whether this is asked for the first time in this window, over all processes."""
        part = self._part(key, now)
        with part.lock:
            if part.refused:
                return False
            part.refused = True
        return self._count(f"refused {key}", now, 1, 0) == 1

    def _part(self, key: str, now: int) -> _Part:
        window = now // WINDOW
        with self._lock:
            if window not in self._windows:
                for oldest in list(self._windows)[:-1]:
                    del self._windows[oldest]
                self._windows[window] = {}
            return self._windows[window].setdefault(key, _Part())

    def _take(self, part: _Part, key: str, now: int, amount: int) -> None:
        rest = self.limit - part.counted
        asked = max(amount - part.left, min(1 + part.spent, self.limit // _LARGEST, rest // _OF_REST))
        part.counted = self._count(key, now, asked, part.counted)
        before = part.counted - asked
        part.left += max(0, min(asked, self.limit - before))

    def _count(self, key: str, now: int, amount: int, known: int) -> int:
        """Count at the store, or on top of what is ``known`` when it cannot: it is not asked again in this window."""
        if self._alone != now // WINDOW:
            try:
                return self._store.count(digest(f"calls of a {self.kind}: {key}"), now, WINDOW, amount)
            except StoreError as error:
                log.error("until the next minute this process counts calls by itself: %s", error)  # noqa: TRY400
                self._alone = now // WINDOW
        return known + amount
