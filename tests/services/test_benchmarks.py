"""The benchmarks from beginning to end, as short as they can be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.tables import all_tables
from tests.docs.blocks import ROOT

pytestmark = pytest.mark.services
SHORT = ("--seconds", "1", "--workers", "2", "--connections", "2", "--sizes", "1000", "2000")


def test_a_short_run(tmp_path: Path) -> None:
    """Both stores are measured, nothing fails, and the result has what the tables need."""
    out = tmp_path / "result.json"
    command = (sys.executable, "-m", "benchmarks", "scaling", *SHORT, "--out", str(out))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text())
    assert [(line["store"], line["case"]) for line in result["calls"]] == [
        (store, case) for store in ("sqlite", "postgresql") for case in ("tools/list", "sum", "20 rows")
    ]
    assert [line["tokens"] for line in result["stores"]] == [1000, 2000] * 2
    assert all(line["cpu_us"] > 0 for line in result["calls"])
    assert all(all_tables(result).values())
