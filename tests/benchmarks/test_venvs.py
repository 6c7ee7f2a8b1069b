"""Pythons of their own for the peers."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from benchmarks.venvs import NotInstalled, python_with, versions_of


def test_what_cannot_be_installed_is_told(tmp_path: Path) -> None:
    """A package that pip cannot install ends in an error with pip's own words, and is not taken for installed."""
    with pytest.raises(NotInstalled, match="nowhere"):
        python_with((str(tmp_path / "nowhere"),), tmp_path / "pythons")

    assert list((tmp_path / "pythons").glob("*/installed.txt")) == []


def test_versions_of_another_python() -> None:
    """A Python tells which versions of packages it has."""
    assert versions_of(Path(sys.executable), ("flask", "duckdb")) == {
        "flask": version("flask"),
        "duckdb": version("duckdb"),
    }
