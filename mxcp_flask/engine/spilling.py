"""Where a process that shares a read-only database puts what does not fit into memory."""

from __future__ import annotations

import shutil
from pathlib import Path


def spill_folder(path: Path, process: int) -> Path:
    """Return the folder of ``process`` for the database at ``path``. DuckDB makes it, and removes it when it closes."""
    return path.with_name(f"{path.name}.{process}.tmp")


def remove_spilled(path: Path, process: int) -> None:
    """Remove what ``process`` left behind, which has ended and had no time to."""
    shutil.rmtree(spill_folder(path, process), ignore_errors=True)
