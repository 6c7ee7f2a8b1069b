"""Tests of a project's endpoints taken together."""

from __future__ import annotations

from pathlib import Path

from mxcp_flask.endpoints.catalogue import load_catalogue


def write_tool(folder: Path, file: str, name: str) -> Path:
    """Write a small tool's file."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"mxcp: 1\ntool: {{name: {name}, source: {{code: SELECT 1}}}}\n", encoding="utf-8")
    return path


def test_tools_by_name(tmp_path: Path) -> None:
    """Tools come in the order of their names, files in the order of their paths."""
    write_tool(tmp_path, "a.yml", "zebra")
    write_tool(tmp_path, "tools/b.yaml", "ant")

    catalogue = load_catalogue(tmp_path)

    assert list(catalogue.tools) == ["ant", "zebra"]
    assert [(f.path.name, f.kind, f.name) for f in catalogue.found] == [
        ("a.yml", "tool", "zebra"),
        ("b.yaml", "tool", "ant"),
    ]


def test_empty_project(tmp_path: Path) -> None:
    """A project without endpoint files has an empty catalogue and no fault."""
    catalogue = load_catalogue(tmp_path)

    assert (catalogue.tools, catalogue.faults, catalogue.warnings, catalogue.found) == ({}, (), (), ())


def test_name_declared_in_several_files(tmp_path: Path) -> None:
    """Every file of a repeated name is reported and names the others; none of them is served, but the rest is."""
    paths = [write_tool(tmp_path, file, "same") for file in ("a.yml", "b.yml", "c.yml")]
    write_tool(tmp_path, "d.yml", "other")

    catalogue = load_catalogue(tmp_path)

    assert [fault.path for fault in catalogue.faults] == paths
    assert all(str(path) in fault.message for fault in catalogue.faults for path in paths)
    assert list(catalogue.tools) == ["other"]


def test_broken_file_keeps_the_others(tmp_path: Path) -> None:
    """One broken file does not hide the tools of the others."""
    write_tool(tmp_path, "a.yml", "fine")
    write_tool(tmp_path, "b.yml", "not fine")

    catalogue = load_catalogue(tmp_path)

    assert list(catalogue.tools) == ["fine"]
    assert [fault.path.name for fault in catalogue.faults] == ["b.yml"]
    assert [found.name for found in catalogue.found] == ["fine", "not fine"]


def test_skipped_file(tmp_path: Path) -> None:
    """A file that the caller names is not read."""
    path = write_tool(tmp_path, "config.yml", "t")

    assert load_catalogue(tmp_path, skip=[path]).found == ()
