"""The benchmarks from beginning to end, as short as they can be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import growth_tables, summary
from benchmarks.cases import CORE
from benchmarks.tables import all_tables
from tests.docs.blocks import ROOT

pytestmark = pytest.mark.services
CASES = [case.name for case in CORE]


def measure(folder: Path, *options: str) -> dict[str, Any]:
    """Return the result of a run of one second for each measurement."""
    out = folder / "result.json"
    command = (sys.executable, "-m", "benchmarks", *options, "--seconds", "1", "--out", str(out))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(out.read_text())
    return result


def test_a_short_comparison(tmp_path: Path) -> None:
    """Our server and the limit answer everything rightly, in turns, and the tables can be made."""
    result = measure(tmp_path, "peers", "--quick", "--rounds", "2", "--servers", "mxcp-flask", "limit")

    assert [line for part in ("servers", "calls") for line in result[part] if "error" in line] == []
    assert {(line["server"], line["case"], line["round"]) for line in result["calls"]} >= {
        (server, case, number) for server in ("mxcp-flask", "limit") for case in CASES for number in (1, 2)
    }
    assert all(make(result) for make in summary.TABLES.values())


def test_short_growth(tmp_path: Path) -> None:
    """Each way to grow is measured, and the tables can be made."""
    result = measure(tmp_path, "growth", "--quick")

    assert [line["tools"] for line in result["tools"]] == [10, 200]
    assert [line["rows"] for line in result["rows"]] == [1000, 20_000]
    assert all(sum(line["histogram"]) == line["calls"] for line in result["sweep"])
    assert all(make(result) for make in growth_tables.TABLES.values())


def test_short_scaling(tmp_path: Path) -> None:
    """Both stores are measured, nothing fails, and the result has what the tables need."""
    result = measure(tmp_path, "scaling", "--workers", "2", "--connections", "2", "--sizes", "1000", "2000")

    assert [(line["store"], line["case"]) for line in result["calls"]] == [
        (store, case) for store in ("sqlite", "postgresql") for case in CASES
    ]
    assert [line["tokens"] for line in result["stores"]] == [1000, 2000] * 2
    assert all(line["cpu_us"] > 0 for line in result["calls"])
    assert all(all_tables(result).values())
