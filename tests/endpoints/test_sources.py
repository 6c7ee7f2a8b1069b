"""Tests of the files that endpoint files name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.endpoints import sources
from mxcp_flask.endpoints.sources import read_sql
from mxcp_flask.errors import FileNotReadable


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with a tools and an sql folder, and a file beside it."""
    project = tmp_path / "project"
    (project / "tools").mkdir(parents=True)
    (project / "sql").mkdir()
    (project / "sql/a.sql").write_bytes(b"\xef\xbb\xbfSELECT 1")
    (tmp_path / "outside.sql").write_text("SELECT 2", encoding="utf-8")
    return project


@pytest.mark.parametrize("file", ["../sql/a.sql", "/sql/a.sql", "//sql/a.sql"])
def test_reads(project: Path, file: str) -> None:
    """A relative name starts at the YAML file's folder, one with a slash at the project; a byte order mark is cut."""
    assert read_sql(file, project / "tools", project) == "SELECT 1"


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("missing.sql", "No such file"),
        ("../sql", "not a file"),
        ("../../outside.sql", "outside the project"),
        ("/../outside.sql", "outside the project"),
        ("link.sql", "outside the project"),
        ("empty.sql", "holds no SQL"),
        ("latin.sql", "utf-8"),
        ("a\0b.sql", "null byte"),
    ],
)
def test_refuses(project: Path, file: str, reason: str) -> None:
    """A file that cannot be SQL of the project is refused with the reason."""
    (project / "tools/link.sql").symlink_to(project.parent / "outside.sql")
    (project / "tools/empty.sql").write_text(" \n", encoding="utf-8")
    (project / "tools/latin.sql").write_bytes(b"SELECT '\xe4'")

    with pytest.raises(FileNotReadable) as caught:
        read_sql(file, project / "tools", project)

    assert reason in caught.value.facts["reason"]


@pytest.mark.parametrize(("content", "reason"), [(b"", "has 0"), (b"x" * 11, "has 11")])
def test_data_of_another_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str) -> None:
    """Data that is empty or larger than a message may be is refused with its size."""
    monkeypatch.setattr(sources, "LARGEST", 10)
    (tmp_path / "data.png").write_bytes(content)

    with pytest.raises(FileNotReadable, match=reason):
        sources.read_data("data.png", tmp_path, tmp_path)


def test_data(tmp_path: Path) -> None:
    """Data is read as it is, beside the file or below the project."""
    (tmp_path / "data.png").write_bytes(b"\xff\x00")

    assert sources.read_data("data.png", tmp_path, tmp_path) == b"\xff\x00"
    assert sources.read_data("/data.png", tmp_path / "prompts", tmp_path) == b"\xff\x00"
