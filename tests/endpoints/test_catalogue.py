"""Tests of a project's endpoints taken together."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.endpoints.catalogue import Catalogue, load_catalogue
from mxcp_flask.endpoints.uris import variables


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


RESOURCE = "mxcp: 1\nresource: {{uri: '{uri}', parameters: [{parameters}], source: {{code: SELECT 1}}}}\n"


def load_resources(folder: Path, *uris: str) -> Catalogue:
    """Return the catalogue of resources of these URIs, in files 0.yml, 1.yml and so on."""
    for index, uri in enumerate(uris):
        parameters = ", ".join(f"{{name: {name}, type: string}}" for name in variables(uri))
        (folder / f"{index}.yml").write_text(RESOURCE.format(uri=uri, parameters=parameters), encoding="utf-8")
    return load_catalogue(folder)


def test_prompt_declared_twice(tmp_path: Path) -> None:
    """Two prompts of one name are faults with their lines; a tool of that name is none."""
    for file in ("a.yml", "b.yml"):
        (tmp_path / file).write_text("mxcp: 1\nprompt:\n  name: p\n  messages: [{prompt: Hi}]\n", encoding="utf-8")
    write_tool(tmp_path, "c.yml", "p")

    catalogue = load_catalogue(tmp_path)

    assert [(f.path.name, f.line, f.where) for f in catalogue.faults] == [
        ("a.yml", 3, "prompt.name"),
        ("b.yml", 3, "prompt.name"),
    ]
    assert list(catalogue.tools) == ["p"]


def test_uri_declared_twice(tmp_path: Path) -> None:
    """Two resources of one URI are faults."""
    catalogue = load_resources(tmp_path, "a://b", "a://b", "a://c")

    assert [(f.path.name, f.where) for f in catalogue.faults] == [("0.yml", "resource.uri"), ("1.yml", "resource.uri")]
    assert "the URI a://b is declared in several files" in catalogue.faults[0].message
    assert list(catalogue.resources) == ["a://c"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a://b/{x}", "a://b/{y}"),
        ("a://b/{x}/c", "a://b/c/{x}"),
        ("a://b/{x}.json", "a://b/report.{y}"),
        ("a://b/r-{x}-{y}", "a://b/{x}-{y}-s"),
        ("a://{x}/b", "a://c/{y}"),
    ],
)
def test_templates_that_match_the_same(tmp_path: Path, one: str, other: str) -> None:
    """Templates of which none is more specific, though a URI can be of both, are faults that name each other."""
    catalogue = load_resources(tmp_path, one, other, "a://other/{z}/y/x")

    assert sorted(fault.path.name for fault in catalogue.faults) == ["0.yml", "1.yml"]
    assert all(one in fault.message and other in fault.message for fault in catalogue.faults)
    assert list(catalogue.resources) == ["a://other/{z}/y/x"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a://b/{x}", "a://c/{x}"),
        ("a://b/{x}", "a://b/{x}/c"),
        ("a://b/{x}", "a://b/all"),
        ("a://b/{x}/{y}", "a://b/{x}/all"),
        ("a://b/{x}.json", "a://b/{x}.csv"),
    ],
)
def test_templates_that_differ(tmp_path: Path, one: str, other: str) -> None:
    """Templates that no URI is of both, or of which one has fewer variables, are served side by side."""
    catalogue = load_resources(tmp_path, one, other)

    assert catalogue.faults == ()
    assert set(catalogue.resources) == {one, other}


@pytest.mark.parametrize("version", ["1", '"1"', "1.0", '"1.0"', '"1.0.0"'])
@pytest.mark.parametrize("folder", [".", "endpoints", "tools", "resources/deep", "prompts"])
def test_both_generations(tmp_path: Path, version: str, folder: str) -> None:
    """Files of both generations of the format are read, in any folder, however they spell the version."""
    kinds = {
        "t": "tool: {name: t, source: {code: SELECT 1}}",
        "r": "resource: {uri: 'a://r', source: {code: SELECT 1}}",
        "p": "prompt: {name: p, messages: [{role: user, type: text, prompt: Hi}]}",
    }
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for name, text in kinds.items():
        (tmp_path / folder / f"{name}.yml").write_text(f"mxcp: {version}\n{text}\n", encoding="utf-8")

    catalogue = load_catalogue(tmp_path)

    assert (catalogue.faults, catalogue.warnings) == ((), ())
    assert [*catalogue.tools, *catalogue.resources, *catalogue.prompts] == ["t", "a://r", "p"]
