"""Files that only their owner reads: 0600 in a 0700 folder, whatever the umask. Every function raises OSError."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_OPEN_TO_OTHERS = 0o066


def make_private_folder(folder: Path) -> None:
    """Create ``folder`` and its missing parents with mode 0700; leave those that exist as they are."""
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    try:
        folder.mkdir(_FOLDER_MODE)
    except FileExistsError:
        if not folder.is_dir():  # else another process was faster
            raise
        return
    folder.chmod(_FOLDER_MODE)


def create_private_file(path: Path) -> None:
    """Create ``path`` empty with mode 0600, unless it exists.

    An existing file is not even opened: closing it again would drop the locks that SQLite holds on it in this process
    (https://www.sqlite.org/howtocorrupt.html §2.2).
    """
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _FILE_MODE)
    except FileExistsError:
        return
    os.fchmod(handle, _FILE_MODE)
    os.close(handle)


def write_private_file(path: Path, text: str) -> None:
    """Create ``path`` with ``text`` and mode 0600, unless it exists. No other process ever sees a part of it."""
    name = _write_beside(path, text)
    try:
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        name.unlink()


def replace_private_file(path: Path, text: str) -> None:
    """Put a file with ``text`` and mode 0600 in the place of ``path``, whose owner it gets.

    Who reads it sees the old one or the new one.
    """
    new = _write_beside(path, text)
    if path.exists():
        give_to_owner_of(path, new)
    new.replace(path)


def give_to_owner_of(other: Path, path: Path) -> None:
    """Give ``path`` the owner of ``other``: root may work on the files of a server that runs as somebody else."""
    if os.geteuid() == 0:
        owner = other.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def new_private_file(path: Path) -> Path:
    """Create an empty file with mode 0600 and a new name beside ``path``, and return it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    os.close(handle)
    return Path(name)


def publish(part: Path, path: Path, *, replace: bool) -> None:
    """Give the finished file ``part`` the name ``path``, on the disk too. Raises FileExistsError unless ``replace``."""
    flush(part)
    if replace:
        part.replace(path)
    else:
        os.link(part, path)
        part.unlink()
    flush(path.parent)


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, have reached the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_beside(path: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(handle, _FILE_MODE)
        file.write(text)
        file.flush()
        os.fsync(handle)
    return Path(name)


def find_exposure(path: Path) -> str | None:
    """Say why ``path`` is not a file of its owner alone, and what to do, or return None when it is."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        return f"{path} is not a regular file"
    if mode & _OPEN_TO_OTHERS:
        return f"group or others may read or write it. Run: chmod 600 {path}"
    return None
