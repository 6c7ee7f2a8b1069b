"""A queue of processes for the turn to write, made of locks on a file beside the database.

SQLite has none. Who finds the database locked tries again by and by, up to 100 ms later, and is overtaken for as long
as others are busy.

Who waits holds the byte whose number is the time at which it came; whose turn it is holds all bytes up to its own.
So the first is who can lock all before its own, and a newcomer cannot as long as anybody waits. Nothing is written to
the file, and locks end with their process. The queue only makes an order: SQLite's own lock keeps writers apart, so
where there can be no queue, they write without one.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from mxcp_flask.store.private_files import create_private_file, give_to_owner_of

_TURN = 0.05  # seconds, for all threads of a process; for a write each, handing over would take most of the time
_LOOK_AGAIN = (0.0001, 0.001)  # seconds, from the first time to the last


class Queue:
    """A process's place in the queue for ``database``. One thread at a time may use it: the locks are the process's."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._file: int | None = None
        self._ends_at = 0.0

    def enter(self, patience: float) -> None:
        """Wait for the turn, unless the process has it, but no more than so many seconds: the first may be stopped."""
        if self._file is not None:
            return
        self._file = _opened(self._database)
        if self._file is not None:
            with suppress(OSError):  # a file system without locks
                _await_turn(self._file, time.monotonic() + patience)
        self._ends_at = time.monotonic() + _TURN

    def is_over(self) -> bool:
        """Tell whether the process has had the turn for long enough."""
        return time.monotonic() > self._ends_at

    def leave(self) -> None:
        """End the turn."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)  # with its locks


def queue_file_of(database: Path) -> Path:
    """Return where the queue for ``database`` is."""
    return database.with_name(f"{database.name}-queue")


def _opened(database: Path) -> int | None:
    # Anew for each turn: so it may be deleted, and a forked child has no part in it.
    path = queue_file_of(database)
    with suppress(OSError):
        try:
            return os.open(path, os.O_RDWR)
        except FileNotFoundError:
            database.stat()  # without one there is nobody to give it to
            create_private_file(path)
            give_to_owner_of(database, path)
            return os.open(path, os.O_RDWR)
    return None


def _await_turn(file: int, deadline: float) -> None:
    came, stands = time.monotonic_ns(), False
    pause, longest = _LOOK_AGAIN
    while not _locked(file, 0, came + 1):
        if time.monotonic() > deadline:
            fcntl.lockf(file, fcntl.LOCK_UN)
            return
        stands = stands or _locked(file, came, 1)
        if not stands:  # somebody who came later was faster, and writes now
            came = time.monotonic_ns()
        time.sleep(pause)
        pause = min(pause * 1.5, longest)


def _locked(file: int, first: int, count: int) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, count, first)
    except BlockingIOError:
        return False
    return True
