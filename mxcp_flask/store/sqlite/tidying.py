"""Sweeps for which nobody waits longer than for one small batch.

What a sweep deletes goes into the write-ahead log first, and from there to many pages of the file. SQLite does this
with the commit that makes the log long, and whoever wants to write waits for the disk. Here it is done between two
batches, when others may write (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint, PASSIVE).
"""

from __future__ import annotations

from typing import Any

from mxcp_flask.store.sql.housekeeping import SqlHousekeeping
from mxcp_flask.store.sqlite.database import SqliteDatabase

MANY = 1_000  # rows; each of them is on one or two pages of 4 KB


class TidySweeps(SqliteDatabase, SqlHousekeeping):
    """All tables."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._swept = 0  # rows since the log was emptied; of several threads one may do it once too often

    def sweep(self, now: int, limit: int, *, unused_before: int | None = None, idle_before: int | None = None) -> int:
        """Delete, and empty the log when many rows have gone."""
        gone = super().sweep(now, limit, unused_before=unused_before, idle_before=idle_before)
        self._swept += gone
        if self._swept >= MANY:
            self._swept = 0
            self._connections.tidy()
        return gone
