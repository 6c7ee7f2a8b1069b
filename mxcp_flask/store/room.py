"""How much room the disk of a database has left.

SQLite maps the file ``-shm`` into memory. On file systems whose blocks are smaller than a page of memory, such as small
ext4 ones, it does not have the whole file allocated, and a full disk kills the process with SIGBUS instead of being an
error. So nothing is opened there, and nothing written anywhere, unless there is some room.
"""

from __future__ import annotations

import mmap
import os
from pathlib import Path

from mxcp_flask.errors import StoreNotUsable

LEAST = 256 * 1024  # bytes to write; a request takes up to 60,000
LEAST_TO_OPEN = 64 * 1024  # -shm has 32,768


def has_room(path: Path) -> bool:
    """Tell whether the disk that ``path`` is on has ``LEAST`` bytes left. Raises OSError."""
    return _left(path) >= LEAST


def require_room(path: Path) -> None:
    """Raise StoreNotUsable when there is no room; raise OSError too."""
    _require(path, LEAST)


def require_room_to_open(path: Path) -> None:
    """Raise what ``require_room`` raises where a full disk would end the process."""
    if os.statvfs(path).f_frsize < mmap.PAGESIZE:
        _require(path, LEAST_TO_OPEN)


def _require(path: Path, least: int) -> None:
    left = _left(path)
    if left < least:
        reason = (
            f"its disk is full: {left // 1024} KB are left, and {least // 1024} KB are needed. Nothing was written; "
            "make room, and the server goes on by itself"
        )
        raise StoreNotUsable(path=path, reason=reason)


def _left(path: Path) -> int:
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize if disk.f_blocks else LEAST  # some file systems do not say how large they are
