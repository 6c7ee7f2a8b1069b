"""No space left, or a file that may not be written: 503 in JSON, nothing half-written, and all is well afterwards."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.endurance.shortage import fill_up, protect
from tests.store.database_file import execute
from tests.store.processes import run_at_once

pytestmark = pytest.mark.slow
JSON, HTML = "application/json", "text/html"


def test_no_space(tmp_path: Path) -> None:
    """At whichever page the space ends, the answer is 503, and the same request is good once there is space again."""
    path = tmp_path / "oauth.db"
    [outcomes] = run_at_once(fill_up, path, 1)

    assert isinstance(outcomes, dict), outcomes
    for name, good in (("exchange", 200), ("refresh", 200), ("revoke", 200), ("register", 201)):
        assert set(outcomes[name]) == {(503, JSON, good)}, (name, outcomes[name])
        print(f"{name}: {len(outcomes[name])} pages")
    assert execute(path, "PRAGMA integrity_check") == [("ok",)]
    assert execute(path, "PRAGMA foreign_key_check") == []


def test_read_only_file() -> None:
    """While file and folder may only be read, whatever must write is 503, and a refused refresh token stays good."""
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folder is not open to another user
        [statuses] = run_at_once(protect, Path(folder) / "oauth.db", 1)

    works = [(200, JSON), (201, JSON), (200, JSON), (200, HTML)]
    assert statuses == [works, [(503, JSON)] * 3 + [(503, HTML)], works]
