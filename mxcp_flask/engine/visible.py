"""Which files SQL may see, as DuckDB can be told: folders to allow, and single files to allow.

Hidden files and protected ones are not among them. DuckDB knows no exceptions inside an allowed folder, so a folder
with such a file anywhere below it is split: its files are allowed one by one, and its folders judged each by itself. A
file that comes later into a split folder is seen from the next opening on.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from mxcp_flask.errors import DatabaseNotUsable

MOST_ENTRIES = 100_000
_OTHER_FOLDERS = frozenset({"node_modules", "__pycache__"})
_COMPANIONS = ("-wal", "-shm", "-journal", ".wal", ".key", ".tmp")


@dataclass(frozen=True)
class Visible:
    """Absolute paths. ``whole``: nothing below the folder that was looked at had to be left out."""

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    whole: bool = True


class Look:
    """Looks at folders, at ``MOST_ENTRIES`` files and folders in all."""

    def __init__(self, protected: Collection[Path]) -> None:
        self._protected = {str(path.resolve()) for path in protected}
        self._left = MOST_ENTRIES

    def at(self, folders: Iterable[Path]) -> Visible:
        """Return what may be seen in ``folders``. Raises DatabaseNotUsable when they hold too much to look through."""
        found = [self._at(str(folder.resolve())) for folder in folders if folder.is_dir()]
        return Visible(
            tuple(dict.fromkeys(path for each in found for path in each.folders)),
            tuple(dict.fromkeys(path for each in found for path in each.files)),
        )

    def _at(self, folder: str) -> Visible:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
        self._count(len(listed), folder)
        seen = [entry for entry in listed if not self._is_kept_back(entry)]
        below = [self._at(entry.path) for entry in seen if entry.is_dir(follow_symlinks=False)]
        if len(seen) == len(listed) and all(each.whole for each in below):
            return Visible((folder,))
        files = tuple(entry.path for entry in seen if entry.is_file(follow_symlinks=False))
        return Visible(
            tuple(path for each in below for path in each.folders),
            (*files, *(path for each in below for path in each.files)),
            whole=False,
        )

    def _is_kept_back(self, entry: os.DirEntry[str]) -> bool:
        if entry.name.startswith(".") or entry.name in _OTHER_FOLDERS:
            return True
        path = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
        return any(path == each or _is_companion(path, each) for each in self._protected)

    def _count(self, entries: int, folder: str) -> None:
        self._left -= entries
        if self._left < 0:
            reason = (
                f"the project folder and allowed_directories hold more than {MOST_ENTRIES} files (seen in {folder})"
            )
            raise DatabaseNotUsable(path=folder, reason=reason)


def _is_companion(path: str, protected: str) -> bool:
    """Tell whether ``path`` is a file that is written beside ``protected``: journals, keys, spilled data."""
    return path.startswith(protected) and path[len(protected) :].startswith(_COMPANIONS)
