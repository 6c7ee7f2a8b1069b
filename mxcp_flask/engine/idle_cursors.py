"""Cursors between two calls of the same person.

Making a cursor costs microseconds; defining the user functions on it costs as much as several small statements
(``user_functions.py``). So a cursor that a call left as it found it waits for the next call of exactly the same
identity, with all of its values. Nobody else is ever given it: whatever a statement could leave behind on a cursor,
only the person who ran it could meet it again.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from mxcp_flask.records import Identity

MOST = 128  # that wait at once; each takes about 60 KB
LONGEST = 60.0  # seconds; it holds the person's token at the provider


@dataclass(frozen=True)
class _Waiting:
    cursor: duckdb.DuckDBPyConnection
    since: float


class IdleCursors:
    """The cursors of one database that nobody uses now. Not for use by two threads at once."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: OrderedDict[Identity, list[_Waiting]] = OrderedDict()  # who came last is last
        self._count = 0

    def take(self, identity: Identity) -> duckdb.DuckDBPyConnection | None:
        """Return a cursor that was kept for ``identity``, if there is one; it does not wait any more."""
        own = self._waiting.get(identity)
        if not own:
            return None
        cursor = own.pop().cursor
        self._count -= 1
        if not own:
            del self._waiting[identity]
        return cursor

    def keep(self, identity: Identity, cursor: duckdb.DuckDBPyConnection) -> None:
        """Let ``cursor`` wait for ``identity``, and close those that waited too long or are too many."""
        now = self._clock()
        self._waiting.setdefault(identity, []).append(_Waiting(cursor, now))
        self._waiting.move_to_end(identity)
        self._count += 1
        while self._count > MOST or self._oldest.since < now - LONGEST:
            self._close_oldest()

    def clear(self) -> None:
        """Close all."""
        while self._count:
            self._close_oldest()

    @property
    def _oldest(self) -> _Waiting:
        return next(iter(self._waiting.values()))[0]

    def _close_oldest(self) -> None:
        identity, own = next(iter(self._waiting.items()))
        own.pop(0).cursor.close()
        self._count -= 1
        if not own:
            del self._waiting[identity]
