"""Tests of what mxcp lint finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.endpoints.lint import lint
from tests.endpoints.helpers import load_text

SILENT = """\
mxcp: 1
tool:
  name: t
  description: Does it
  tags: [a]
  annotations: {readOnlyHint: true}
  parameters: [{name: p, type: integer, description: Which, examples: [1], default: 1}]
  return: {type: object, description: A row, properties: {a: {type: integer, description: Its number}}}
  source: {code: SELECT $p AS a}
  tests: [{name: one, description: It holds, arguments: [], result: {a: 1}}]
"""
CASES = [
    ("  description: Does it\n", "", "warning", "tool.description"),
    ("description: Which, ", "", "warning", "tool.parameters.0.description"),
    (", examples: [1]", "", "warning", "tool.parameters.0.examples"),
    (", default: 1", "", "info", "tool.parameters.0.default"),
    (" description: A row,", "", "warning", "tool.return.description"),
    (", description: Its number", "", "warning", "tool.return.properties.a.description"),
    ("type: object, description: A row,", "type: array, description: Rows, items: {type: object},", "warning", ""),
    ("  tests: [{name: one, description: It holds, arguments: [], result: {a: 1}}]\n", "", "warning", "tool.tests"),
    ("description: It holds, ", "", "info", "tool.tests.0.description"),
    ("  tags: [a]\n", "", "info", "tool.tags"),
    ("  annotations: {readOnlyHint: true}\n", "", "info", "tool.annotations"),
    ("{readOnlyHint: true}", "{title: T}", "info", "tool.annotations"),
]


def test_nothing_to_say(tmp_path: Path) -> None:
    """A file that says everything has no finding."""
    assert lint(load_text(tmp_path, SILENT)) == []


@pytest.mark.parametrize(("text", "without", "severity", "location"), CASES)
def test_findings(tmp_path: Path, text: str, without: str, severity: str, location: str) -> None:
    """What a file leaves unsaid is found with its place, and with what to add."""
    assert text in SILENT

    findings = lint(load_text(tmp_path, SILENT.replace(text, without)))

    assert (severity, location or "tool.return.items.description") in [(f.severity, f.location) for f in findings]
    assert len(findings) == 1
    assert all(f.path == tmp_path / "tried.yml" and f.message and f.suggestion for f in findings)


def test_every_kind(tmp_path: Path) -> None:
    """Resources and prompts are looked at too, in the order of their files."""
    load_text(tmp_path, "mxcp: 1\nresource: {uri: 'a://b', source: {code: SELECT 1}}\n", "b.yml")
    catalogue = load_text(tmp_path, "mxcp: 1\nprompt: {name: p, messages: [{prompt: Hi}]}\n", "a.yml")

    findings = lint(catalogue)

    kinds = ["prompt.description", "prompt.tests", "prompt.tags"]
    assert [f.location for f in findings] == [*kinds, *(kind.replace("prompt", "resource") for kind in kinds)]
    assert lint(replace(catalogue, prompts={}, resources={})) == []
