"""Tests of the memory that a long result takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

MOST = 64.0  # megabytes


@pytest.mark.slow
def test_a_long_result_takes_little_memory(tmp_path: Path) -> None:
    """A process must not grow with what it answers, which is read, checked, kept and sent in pieces."""
    command = [sys.executable, "-m", "tests.mcp.one_long_call", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    size, growth = map(float, ended.stdout.split())

    assert size > MOST / 2
    assert growth < MOST
