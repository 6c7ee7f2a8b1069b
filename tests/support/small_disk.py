"""A disk of a few megabytes, which fills up. Mounting needs root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PIECE = 1024


class SmallDisk:
    """What is at ``root``, and how much room there is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ballast = root / "ballast"

    def left(self) -> int:
        """Return how many bytes are left."""
        disk = os.statvfs(self.root)
        return disk.f_bavail * disk.f_frsize

    def fill(self, leave: int) -> None:
        """Fill the disk but for ``leave`` bytes, or to the last byte when that is 0."""
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            while self.left() > leave or leave == 0:
                file.write(bytes(max(_PIECE, (self.left() - leave) // 2)))
                os.fsync(file)

    def free(self) -> None:
        """Take away what filled it."""
        self._ballast.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Let nobody write to it while the block lasts; nobody may have anything open for writing."""
        _run("mount", "-o", "remount,ro", str(self.root))
        try:
            yield
        finally:
            _run("mount", "-o", "remount,rw", str(self.root))


@contextmanager
def small_disk(folder: Path, megabytes: int = 2) -> Iterator[SmallDisk]:
    """Give a disk that is mounted below ``folder`` while the block lasts: ext4 in a file, else memory."""
    root = folder / "disk"
    root.mkdir()
    size = megabytes * 1024 * 1024
    if not _mount_ext4(folder / "image", root, size):
        _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(root))
    try:
        yield SmallDisk(root)
    finally:
        _run("umount", "--lazy", str(root))


def _mount_ext4(image: Path, root: Path, size: int) -> bool:
    with image.open("wb") as file:
        file.truncate(size)
    try:
        _run("mkfs.ext4", "-q", "-F", "-m", "0", str(image))
        _run("mount", "-o", "loop", str(image), str(root))
    except (FileNotFoundError, subprocess.CalledProcessError):
        return False
    return True


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
