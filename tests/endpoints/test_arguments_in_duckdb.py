"""Tests of what DuckDB makes of bound arguments."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.endpoints.arguments import bind
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.records import ANONYMOUS
from tests.endpoints.helpers import make_tool


@pytest.mark.parametrize(
    ("definition", "value", "cast", "expected"),
    [
        ({"type": "string", "format": "date"}, "2024-01-02", "typeof($p)", "DATE"),
        ({"type": "string", "format": "time"}, "10:00", "typeof($p)", "TIME"),
        ({"type": "string", "format": "time"}, "10:00Z", "typeof($p)", "TIME WITH TIME ZONE"),
        ({"type": "string", "format": "date-time"}, "2024-01-02T00:00:00", "typeof($p)", "TIMESTAMP"),
        ({"type": "string", "format": "date-time"}, "2024-01-02T00:00:00Z", "typeof($p)", "TIMESTAMP WITH TIME ZONE"),
        ({"type": "string", "format": "timestamp"}, 0, "typeof($p)", "TIMESTAMP"),
        ({"type": "string", "format": "duration"}, "P1Y1M", "DATE '2024-01-31' - $p::INTERVAL", datetime(2022, 12, 31)),
        ({"type": "string", "format": "duration"}, "-P1W", "DATE '2024-01-08' + $p::INTERVAL", datetime(2024, 1, 1)),
        (
            {"type": "string", "format": "duration"},
            "P999999Y",
            "typeof($p::INTERVAL)",
            "INTERVAL",
        ),
        ({"type": "integer"}, 2**127 - 1, "typeof($p)", "HUGEINT"),
        ({"type": "number"}, 5, "typeof($p)", "DOUBLE"),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, ["2024-01-02"], "typeof($p)", "DATE[]"),
    ],
)
def test_database_takes_the_values(
    tmp_path: Path, definition: dict[str, Any], value: Any, cast: str, expected: Any
) -> None:
    """DuckDB gives bound values the type that the format stands for."""
    bound = bind(make_tool({"name": "p", **definition}), {"p": value})
    database = Database(DatabaseSettings(tmp_path / "types.duckdb"))
    with database.session(ANONYMOUS) as session:
        rows = session.run(f"SELECT {cast}", bound).rows
    database.close()

    assert rows == [(expected,)]
