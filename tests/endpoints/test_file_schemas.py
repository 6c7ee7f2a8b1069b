"""Tests of the faults that a broken tool file is reported with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endpoints.helpers import HEAD, expect_fault, load_text

# Each broken file: its text, then the line, the place and a part of the message that must be reported.
BROKEN: list[tuple[str, int, str, str]] = [
    (HEAD.replace("mxcp: 1", "mxcp: 2"), 1, "mxcp", "must be 1 (got 2)"),
    (HEAD.replace("mxcp: 1", "mxcp: true"), 1, "mxcp", "must be 1 (got True)"),
    (HEAD.replace("mxcp: 1\n", ""), 1, "", "add mxcp: 1"),
    ("mxcp: 1\n", 1, "", "needs exactly one of tool, resource and prompt"),
    (HEAD + "prompt: {}\n", 1, "", "(has tool and prompt)"),
    ("mxcp: 1\ntool:\n", 2, "tool", "is empty"),
    ("mxcp: 1\ntool: [1]\n", 2, "tool", "must be a mapping"),
    ("mxcp: 1\ntool:\n  source: {code: SELECT 1}\n", 2, "tool.name", "is missing"),
    (HEAD.replace("name: t", "name: a b"), 3, "tool.name", '(got "a b")'),
    (HEAD.replace("name: t", f"name: {'a' * 129}"), 3, "tool.name", "1 to 128 letters"),
    (HEAD.replace("name: t", "name: 5"), 3, "tool.name", "must be text; put it in quotes (got 5)"),
    (HEAD + "  description:\n", 5, "tool.description", "give it a value or leave the key out"),
    (HEAD + "  tags: {a: b}\n", 5, "tool.tags", "must be a list"),
    (HEAD + "  tags: [1]\n", 5, "tool.tags.0", "put it in quotes (got 1)"),
    (HEAD + '  annotations: {readOnlyHint: "yes"}\n', 5, "tool.annotations.readOnlyHint", "must be true or false"),
    (HEAD + '  enabled: "no"\n', 5, "tool.enabled", "must be true or false"),
    (HEAD + "  language: python\n", 5, "tool.language", "write the endpoint in SQL"),
    (HEAD + "  policies: {input: []}\n", 5, "tool.policies", "protect it by required_scopes"),
    (HEAD + "  policies:\n", 5, "tool.policies", "not supported by this version"),
    (HEAD + "policies: {}\n", 5, "policies", "not supported by this version"),
    (HEAD + "required_scopes: [a]\n", 5, "required_scopes", "move it inside tool"),
    (HEAD + "  required_scopes: a b\n", 5, "tool.required_scopes", "must be a list"),
    (HEAD + "  required_scopes: [a b]\n", 5, "tool.required_scopes.0", "without white space"),
    (HEAD + "  required_scopes:\n", 5, "tool.required_scopes", "is empty"),
    ("mxcp: 1\ntool:\n  name: t\n", 2, "tool.source", "is missing"),
    (HEAD.replace("{code: SELECT 1}", "5"), 4, "tool.source", "must be a mapping"),
    (HEAD.replace("{code: SELECT 1}", "{}"), 4, "tool.source", "needs exactly one of code and file"),
    (HEAD.replace("{code: SELECT 1}", "{code: a, file: b}"), 4, "tool.source", "needs exactly one of code and file"),
    (HEAD.replace("{code: SELECT 1}", "{code: ' '}"), 4, "tool.source.code", "must hold SQL"),
    (HEAD.replace("{code: SELECT 1}", "{file: no.sql}"), 4, "tool.source.file", "No such file"),
    (HEAD.replace("{code: SELECT 1}", "{file: ../../no.sql}"), 4, "tool.source.file", "outside the project folder"),
    (HEAD + "  return: {type: table}\n", 5, "tool.return.type", "must be one of string, number, integer"),
    (HEAD + "  return: {items: {type: string}}\n", 5, "tool.return.type", "is missing"),
]


@pytest.mark.parametrize(("text", "line", "where", "part"), BROKEN)
def test_broken_file(tmp_path: Path, text: str, line: int, where: str, part: str) -> None:
    """A broken file is reported with file, line and what to change, and is no tool."""
    expect_fault(tmp_path, text, line, where, part)


@pytest.mark.parametrize("second", ["p", "P"])
def test_parameter_declared_twice(tmp_path: Path, second: str) -> None:
    """DuckDB does not tell names apart by case, so neither may a tool; other faults do not hide it."""
    text = HEAD + f"  parameters:\n    - {{name: p, type: int}}\n    - {{name: {second}, type: string}}\n"

    faults = load_text(tmp_path, text).faults

    assert [(f.line, f.where) for f in faults] == [(6, "tool.parameters.0.type"), (7, "tool.parameters.1.name")]
    assert "declared twice" in faults[1].message


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Faults of every part of a file are reported together, the SQL file's included."""
    text = "mxcp: 3\ntool:\n  name: a b\n  tags: x\n  return: {}\n  source: {file: no.sql}\n"

    faults = load_text(tmp_path, text).faults

    assert {f.where for f in faults} == {"mxcp", "tool.name", "tool.tags", "tool.return.type", "tool.source.file"}
