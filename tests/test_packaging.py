"""What an installation holds."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import mxcp_flask

ROOT = Path(mxcp_flask.__file__).resolve().parent.parent
SOURCES = ("setup.py", "setup.cfg", "README.md", "MANIFEST.in", "mxcp_flask", "templates", "wsgi.py")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Build a wheel from a copy of the sources, and return the names in it."""
    folder = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", "out", "."]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    (built,) = (folder / "out").glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return frozenset(archive.namelist())


def names_below(folder: Path) -> set[str]:
    """Return the paths of all files below ``folder``."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_wheel_holds_every_template(wheel: frozenset[str]) -> None:
    """Each page and style sheet is in the wheel, inside the package."""
    expected = {f"mxcp_flask/templates/{name}" for name in names_below(ROOT / "templates")}

    assert expected <= wheel
    assert expected


def test_wheel_holds_every_data_file(wheel: frozenset[str]) -> None:
    """The schema, the demo's project and the type marker are in the wheel."""
    data = {
        name
        for name in names_below(ROOT / "mxcp_flask")
        if "__pycache__" not in name and not name.endswith((".pyc", ".duckdb", ".wal"))
    }

    assert {f"mxcp_flask/{name}" for name in data} <= wheel
    assert "mxcp_flask/store/schema.sql" in wheel


def test_wheel_holds_nothing_beside_the_package(wheel: frozenset[str]) -> None:
    """Tests, wsgi.py and templates do not become top-level packages of whoever installs us."""
    assert {name.split("/")[0] for name in wheel if ".dist-info/" not in name} == {"mxcp_flask"}
