"""Tests of which files are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.endpoints.discovery import find_files


def write(folder: Path, *names: str) -> None:
    """Create empty files, and their folders."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def find(folder: Path, *skip: Path) -> list[str]:
    """Return what is found, relative to ``folder``."""
    return [path.relative_to(folder).as_posix() for path in find_files(folder, skip=skip)]


def test_finds_both_suffixes_in_order(tmp_path: Path) -> None:
    """Files are found at any depth, in the order of their paths."""
    write(tmp_path, "tools/b.yaml", "a.yml", "tools/a/deep/c.yml", "tools/notes.txt", "tools/b.sql")

    assert find(tmp_path) == ["a.yml", "tools/a/deep/c.yml", "tools/b.yaml"]


@pytest.mark.parametrize(
    "name",
    [
        "mxcp-site.yml",
        "inner/mxcp-site.yaml",
        "a-evals.yml",
        "a.evals.yml",
        "a-evals.yaml",
        ".git/a.yml",
        ".hidden.yml",
        ".venv/a.yml",
        "venv/a.yml",
        "web/node_modules/a.yml",
        "target/a.yml",
        "dbt_packages/a.yml",
        "build/a.yml",
    ],
)
def test_leaves_out(tmp_path: Path, name: str) -> None:
    """Files of other tools, hidden ones, the site file and evaluations are left out."""
    write(tmp_path, name, "tool.yml")

    assert find(tmp_path) == ["tool.yml"]


def test_project_below_a_hidden_folder(tmp_path: Path) -> None:
    """Only folders inside the project count, not those that it lies in."""
    write(tmp_path, ".cache/build/tool.yml")

    assert find(tmp_path / ".cache/build") == ["tool.yml"]


def test_skips_named_files_and_folders(tmp_path: Path) -> None:
    """What the caller names is left out, however the path is spelled."""
    write(tmp_path, "a.yml", "config.yml", "data/b.yml")

    assert find(tmp_path, tmp_path / "x" / ".." / "config.yml", tmp_path / "data") == ["a.yml"]


def test_links_out_of_the_project(tmp_path: Path) -> None:
    """Neither a linked file nor a linked folder brings in what lies outside."""
    project = tmp_path / "project"
    write(tmp_path, "outside/a.yml", "project/b.yml")
    (project / "a.yml").symlink_to(tmp_path / "outside/a.yml")
    (project / "folder").symlink_to(tmp_path / "outside", target_is_directory=True)

    assert find(project) == ["b.yml"]


def test_links_within_the_project(tmp_path: Path) -> None:
    """A file that is also linked to is found once, under its own path; a loop of folders does no harm."""
    write(tmp_path, "z/tool.yml")
    (tmp_path / "a.yml").symlink_to(tmp_path / "z/tool.yml")
    (tmp_path / "z/loop").symlink_to(tmp_path, target_is_directory=True)

    assert find(tmp_path) == ["z/tool.yml"]


def test_project_reached_by_a_link(tmp_path: Path) -> None:
    """A project folder that is itself a link is searched."""
    write(tmp_path, "real/tool.yml")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)

    assert find(tmp_path / "link") == ["tool.yml"]
