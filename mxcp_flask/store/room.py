"""How much room the disk of a database has left, and what is done with the last of it.

Writing ends before the disk is full to the last byte. First the file may not grow any more: what needs no new page,
such as revoking, sweeping, and whatever fits where something was swept, goes on. Then nothing is written.

The last bytes are left for SQLite. It maps the file ``-shm`` into memory; on file systems whose blocks are smaller than
a page of memory, such as small ext4 ones, it does not have the whole file allocated, and a full disk kills the process
with SIGBUS instead of being an error.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from mxcp_flask.errors import StoreNotUsable

TO_GROW = 256 * 1024  # bytes; a request writes up to 60,000
TO_WRITE = 128 * 1024  # to the log, which every change takes
TO_OPEN = 64 * 1024  # -shm has 32,768


def may_grow(path: Path) -> bool:
    """Tell whether the disk that ``path`` is on has ``TO_GROW`` bytes left. Raises OSError."""
    return _left(path) >= TO_GROW


def require_room_to_write(path: Path) -> None:
    """Raise StoreNotUsable when there are not even ``TO_WRITE`` bytes left; raise OSError too."""
    if _left(path) < TO_WRITE:
        raise full(path, TO_WRITE)


def require_room_to_open(path: Path) -> None:
    """Raise StoreNotUsable where there are not ``TO_OPEN`` bytes left and that would end the process; OSError too."""
    if os.statvfs(path).f_frsize < mmap.PAGESIZE and _left(path) < TO_OPEN:
        raise full(path, TO_OPEN)


def full(path: Path, needed: int | None = None) -> StoreNotUsable:
    """Return the error that tells that there are not the ``needed`` bytes, by default those to grow."""
    left, least = _left(path) // 1024, (needed or TO_GROW) // 1024
    advice = "Nothing was written; make room, and the server goes on by itself"
    reason = f"its disk is full: {left} KB are left, and {least} KB are needed. {advice}"
    return StoreNotUsable(path=path, reason=reason)


def _left(path: Path) -> int:
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize if disk.f_blocks else TO_GROW  # some file systems do not say their size
