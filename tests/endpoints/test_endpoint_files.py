"""Tests of single endpoint files: the tools they become, and the files that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from mxcp_flask.endpoints.model import Tool
from tests.endpoints.helpers import HEAD, load_text

FULL = """\
mxcp: "1.0.0"
metadata: {owner: sales}
tool:
  name: orders_of
  title: Orders
  description: Orders of the caller
  tags: [sales, read]
  annotations: {readOnlyHint: true, openWorldHint: false}
  language: sql
  enabled: true
  required_scopes: [orders:read]
  metadata: {reviewed: yes}
  tests: [{name: any, arguments: []}]
  parameters:
    - {name: top, type: integer, description: How many, default: 5, minimum: 1, maximum: 50, examples: [3]}
    - {name: since, type: string, format: date, default: 2024-01-01}
    - {name: key, type: string, sensitive: true}
    - {name: note, type: string, default: null}
  return:
    type: array
    items: {type: object, properties: {id: {type: integer}}}
  source: {file: ../sql/orders.sql}
"""


def load_tool(folder: Path, text: str) -> Tool:
    """Return the only tool of a file that must have no fault and no warning."""
    catalogue = load_text(folder, text, "tools/t.yml")
    assert (catalogue.faults, catalogue.warnings) == ((), ())
    (tool,) = catalogue.tools.values()
    return tool


def test_full_tool(tmp_path: Path) -> None:
    """Everything that a file may say arrives in the tool."""
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql/orders.sql").write_text("SELECT id FROM orders LIMIT $top", encoding="utf-8")

    tool = load_tool(tmp_path, FULL)

    assert (tool.name, tool.description, tool.tags) == ("orders_of", "Orders of the caller", ("sales", "read"))
    assert tool.annotations == {"title": "Orders", "readOnlyHint": True, "openWorldHint": False}
    assert tool.required_scopes == ("orders:read",)
    assert tool.sql == "SELECT id FROM orders LIMIT $top"
    assert tool.path == tmp_path / "tools/t.yml"
    assert not tool.single_statement


def test_full_tool_schemas(tmp_path: Path) -> None:
    """Parameters and return are published as JSON Schema; an unquoted date is its text."""
    text = FULL.replace("{file: ../sql/orders.sql}", "{code: SELECT 1}")

    tool = load_tool(tmp_path, text)

    assert tool.input_schema == {
        "type": "object",
        "properties": {
            "top": {
                "type": "integer",
                "description": "How many",
                "default": 5,
                "minimum": 1,
                "maximum": 50,
                "examples": [3],
            },
            "since": {"type": "string", "format": "date", "default": "2024-01-01"},
            "key": {"type": "string"},
            "note": {"type": "string"},
        },
        "required": ["key"],
        "additionalProperties": False,
    }
    assert tool.output_schema == {
        "type": "array",
        "items": {"type": "object", "properties": {"id": {"type": ["integer", "null"]}}},
    }
    Draft202012Validator.check_schema(tool.input_schema)
    assert [(p.name, p.has_default, p.default) for p in tool.parameters] == [
        ("top", True, 5),
        ("since", True, "2024-01-01"),
        ("key", False, None),
        ("note", True, None),
    ]


@pytest.mark.parametrize("version", ["1", '"1"', "1.0", '"1.0"', '"1.0.0"'])
def test_versions(tmp_path: Path, version: str) -> None:
    """All spellings of version 1 are the same."""
    assert load_tool(tmp_path, HEAD.replace("mxcp: 1", f"mxcp: {version}")).name == "t"


@pytest.mark.parametrize(
    ("title", "expected"), [("", {}), ("  title: A\n", {"title": "A"}), ("  annotations: {title: B}\n", {"title": "B"})]
)
def test_title(tmp_path: Path, title: str, expected: dict[str, Any]) -> None:
    """The title of a tool stands among its annotations, wherever the file gives it."""
    assert load_tool(tmp_path, HEAD + title).annotations == expected


@pytest.mark.parametrize(
    "text",
    ["", "- 1\n", "text\n", "services: {}\n", "a: 1\n", "name: x\nsource: {code: SELECT 1}\n"],
)
def test_other_files_are_ignored(tmp_path: Path, text: str) -> None:
    """A YAML file that is no endpoint file is passed over in silence."""
    catalogue = load_text(tmp_path, text)

    assert (catalogue.found, catalogue.faults, catalogue.warnings) == ((), (), ())


@pytest.mark.parametrize(
    "text", ["resource: {uri: a://b, source: {code: FROM t}}", "prompt: {name: p, messages: [{prompt: Hi}]}"]
)
def test_version_of_every_kind(tmp_path: Path, text: str) -> None:
    """Every kind of endpoint file needs its version."""
    catalogue = load_text(tmp_path, text)

    assert [f.message for f in catalogue.faults] == ["add mxcp: 1 at the top"]


def test_user_configuration_in_the_project(tmp_path: Path) -> None:
    """A user configuration that nobody points to is no broken endpoint; a warning says what to do."""
    catalogue = load_text(tmp_path, "mxcp: 1\nprojects: {}\n")

    assert catalogue.faults == ()
    assert "MXCP_CONFIG" in catalogue.warnings[0].message


def test_disabled_tool(tmp_path: Path) -> None:
    """A disabled tool is found but neither served nor judged."""
    catalogue = load_text(tmp_path, "mxcp: 1\ntool: {name: t, enabled: false, source: 5}\n")

    assert (catalogue.tools, catalogue.faults, catalogue.warnings) == ({}, (), ())
    assert [(f.kind, f.name, f.enabled) for f in catalogue.found] == [("tool", "t", False)]


@pytest.mark.parametrize("text", ["mxcp: 1\ntool: {\n", "tool: 'x\n", '"mxcp": 1\n- x\n'])
def test_yaml_faults_of_endpoints(tmp_path: Path, text: str) -> None:
    """A file that means to be an endpoint and is no YAML is a fault that names the line."""
    (fault,) = load_text(tmp_path, text).faults

    assert "cannot be read: line " in fault.message


@pytest.mark.parametrize("text", ["{{ helm }}: {{ chart }}\n", "a: 1\n---\nb: 2\n"])
def test_yaml_faults_of_others(tmp_path: Path, text: str) -> None:
    """A file of another tool that is no plain YAML is a warning, so that it keeps nothing from being served."""
    catalogue = load_text(tmp_path, text)

    assert catalogue.faults == ()
    assert "cannot be read" in catalogue.warnings[0].message


def test_file_that_cannot_be_opened(tmp_path: Path) -> None:
    """A link to nothing may have been an endpoint, so it is a fault."""
    (tmp_path / "gone.yml").symlink_to(tmp_path / "nowhere.yml")

    (fault,) = load_text(tmp_path, HEAD).faults

    assert (tmp_path / "gone.yml", True) == (fault.path, "cannot be read" in fault.message)


def test_file_that_refers_to_itself(tmp_path: Path) -> None:
    """A type that contains itself is refused, not followed for ever."""
    text = HEAD + "  return: &a\n    type: array\n    items: *a\n"

    (fault,) = load_text(tmp_path, text).faults

    assert "refers to itself" in fault.message
