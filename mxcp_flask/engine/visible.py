"""Which files SQL may see, as DuckDB can be told: folders to allow, and single files to allow.

Hidden files and protected ones are not among them. DuckDB knows no exceptions inside an allowed folder, so a folder
with such a file anywhere below it is split: its files are allowed one by one, and its folders judged each by itself. A
file that comes later into a split folder is seen from the next opening on. Links to folders are kept back: DuckDB
reads nothing through one that leads out of an allowed folder, but its patterns would tell the names there.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from mxcp_flask.errors import DatabaseNotUsable

MOST_ENTRIES = 100_000
_OTHER_FOLDERS = frozenset({"node_modules", "__pycache__"})
_PLACEHOLDERS = frozenset({".gitkeep", ".keep"})  # which keep an empty folder in git, and nothing secret
_COMPANIONS = ("-wal", "-shm", "-queue", "-journal", ".wal", ".key", ".tmp")


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
        self._with_protected = {str(folder) for path in protected for folder in path.resolve().parents}  # or to come
        self._left = MOST_ENTRIES

    def at(self, folders: Iterable[Path]) -> Visible:
        """Return what may be seen in ``folders``. Raises DatabaseNotUsable when they hold too much to look through."""
        found = [self._at(str(folder.resolve())) for folder in folders if folder.is_dir()]
        return Visible(
            tuple(dict.fromkeys(path for each in found for path in each.folders)),
            tuple(dict.fromkeys(path for each in found for path in each.files)),
        )

    def _at(self, folder: str) -> Visible:
        listed = _listed(folder)
        if listed is None:
            return Visible(whole=False)
        self._count(len(listed), folder)
        seen = [entry for entry in listed if not self._is_kept_back(entry)]
        below = [self._at(entry.path) for entry in seen if entry.is_dir(follow_symlinks=False)]
        kept_back = len(seen) < len(listed) or folder in self._with_protected
        if not kept_back and all(each.whole for each in below):
            return Visible((folder,))
        files = tuple(entry.path for entry in seen if entry.is_file(follow_symlinks=False))
        return Visible(
            tuple(path for each in below for path in each.folders),
            (*files, *(path for each in below for path in each.files)),
            whole=False,
        )

    def _is_kept_back(self, entry: os.DirEntry[str]) -> bool:
        is_hidden = entry.name.startswith(".") and entry.name not in _PLACEHOLDERS
        if is_hidden or entry.name in _OTHER_FOLDERS or (entry.is_symlink() and entry.is_dir()):
            return True
        return any(entry.path == each or _is_companion(entry.path, each) for each in self._protected)

    def _count(self, entries: int, folder: str) -> None:
        self._left -= entries
        if self._left < 0:
            reason = (
                f"the project folder and allowed_directories hold more than {MOST_ENTRIES} files (seen in {folder})"
            )
            raise DatabaseNotUsable(path=folder, reason=reason)


def _listed(folder: str) -> list[os.DirEntry[str]] | None:
    """Return what is in ``folder``, in order; None when the server may not look."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return None


def _is_companion(path: str, protected: str) -> bool:
    """Tell whether ``path`` is a file that is written beside ``protected``: journals, keys, spilled data."""
    return path.startswith(protected) and path[len(protected) :].startswith(_COMPANIONS)
