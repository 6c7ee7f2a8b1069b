"""The project's statements on its DuckDB file, for servers that have tools in Python."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb

PROJECT = Path(os.environ["MXCP_PROJECT"])
_ROOT = duckdb.connect(PROJECT / "shop.duckdb", read_only=True)
_STATEMENTS = {path.stem: path.read_text(encoding="utf-8") for path in (PROJECT / "sql").glob("*.sql")}


def rows_of(name: str, **parameters: int) -> list[dict[str, Any]]:
    """Return the rows of the statement ``name``, on a cursor of its own, as threads need it."""
    with _ROOT.cursor() as cursor:
        cursor.execute(_STATEMENTS[name], parameters)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
