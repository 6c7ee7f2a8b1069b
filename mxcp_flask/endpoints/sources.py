"""Read the SQL file that a tool names."""

from __future__ import annotations

from pathlib import Path

from mxcp_flask.errors import FileNotReadable


def read_sql(file: str, folder: Path, project_dir: Path) -> str:
    """Return the SQL in ``file``: relative to ``folder``, or below the project when it starts with a slash.

    Raises:
        FileNotReadable: it is missing, empty, not UTF-8, or lies outside the project (links count where they lead).

    """
    path = project_dir / file.lstrip("/") if file.startswith("/") else folder / file
    try:
        return _read_inside(path, project_dir)
    except (OSError, ValueError) as error:
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        raise FileNotReadable(path=path, reason=reason) from error


def _read_inside(path: Path, project_dir: Path) -> str:
    target = path.resolve()
    if not target.is_relative_to(project_dir.resolve()):
        raise ValueError("it lies outside the project folder")
    if target.exists() and not target.is_file():
        raise ValueError("it is not a file")
    sql = target.read_text(encoding="utf-8-sig")
    if not sql.strip():
        raise ValueError("it holds no SQL")
    return sql
