"""One database file in the place of another one, under SQLite's own lock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mxcp_flask.errors import StoreInUse
from mxcp_flask.store.private_files import flush, give_to_owner_of

# Whoever has a database in write-ahead mode open holds a shared lock on these bytes
# (https://www.sqlite.org/fileformat2.html#the_lock_byte_page, os_unix.c).
_SHARED_FIRST, _SHARED_SIZE = 0x40000002, 510


def swap(part: Path, database: Path, word: str) -> Path | None:
    """Put ``part`` in the place of ``database``, and return where that is now, if there was one.

    Its write-ahead log goes with it: beside another database it would destroy that.

    Raises:
        StoreInUse: a process has the database open.
        OSError: a file cannot be moved.

    """
    aside = _free_name(database, word)
    with _closed(database):
        give_to_owner_of(database if database.exists() else database.parent, part)
        try:
            _move(database, aside)
            part.rename(database)
        except OSError:
            _move(aside, database)
            raise
        flush(database.parent)
    return aside if aside.exists() else None


def _move(database: Path, to: Path) -> None:
    # The log after its database: alone it is nothing to SQLite, which drops it.
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            database.with_name(f"{database.name}{end}").rename(to.with_name(f"{to.name}{end}"))


def _free_name(database: Path, word: str) -> Path:
    names = (f"{database.name}.{word}{number or ''}" for number in range(1000))
    return next(path for path in (database.with_name(name) for name in names) if not path.exists())


@contextmanager
def _closed(database: Path) -> Iterator[None]:
    try:
        handle = os.open(database, os.O_RDWR)
    except FileNotFoundError:
        yield
        return
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, _SHARED_SIZE, _SHARED_FIRST)
    except BlockingIOError as error:
        os.close(handle)
        raise StoreInUse(path=database) from error
    try:
        yield
    finally:
        os.close(handle)
