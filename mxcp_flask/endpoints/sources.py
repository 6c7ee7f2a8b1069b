"""Read the files that an endpoint file names: SQL, and the data of prompts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mxcp_flask.errors import FileNotReadable

_Content = TypeVar("_Content", str, bytes)
LARGEST = 10_000_000  # bytes


def read_sql(file: str, folder: Path, project_dir: Path) -> str:
    """Return the SQL in ``file``: relative to ``folder``, or below the project when it starts with a slash.

    Raises:
        FileNotReadable: it is missing, empty, not UTF-8, or lies outside the project (links count where they lead).

    """
    return _read(file, folder, project_dir, _read_text)


def read_data(file: str, folder: Path, project_dir: Path) -> bytes:
    """Return the bytes in ``file``, found like SQL.

    Raises:
        FileNotReadable: it is missing, empty, too large, or lies outside the project.

    """
    return _read(file, folder, project_dir, _read_bytes)


def _read(file: str, folder: Path, project_dir: Path, read: Callable[[Path], _Content]) -> _Content:
    path = project_dir / file.lstrip("/") if file.startswith("/") else folder / file
    try:
        return read(_inside(path, project_dir))
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        raise FileNotReadable(path=path, reason=reason) from error


def _inside(path: Path, project_dir: Path) -> Path:
    target = path.resolve()
    if not target.is_relative_to(project_dir.resolve()):
        raise ValueError("it lies outside the project folder")
    if target.exists() and not target.is_file():
        raise ValueError("it is not a file")
    return target


def _read_text(path: Path) -> str:
    sql = path.read_text(encoding="utf-8-sig")
    if not sql.strip():
        raise ValueError("it holds no SQL")
    return sql


def _read_bytes(path: Path) -> bytes:
    size = path.stat().st_size
    if not 0 < size <= LARGEST:
        raise ValueError(f"it must have 1 to {LARGEST} bytes, and has {size}")
    return path.read_bytes()
