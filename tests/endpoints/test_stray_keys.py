"""Tests of the warnings about keys that have no effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endpoints.helpers import HEAD, load_text


@pytest.mark.parametrize(
    ("text", "line", "where", "part"),
    [
        (HEAD + "colour: red\n", 5, "colour", "not a known key"),
        (HEAD + "  desciption: x\n", 5, "tool.desciption", "did you mean description?"),
        (HEAD + "  annotations: {safe: true}\n", 5, "tool.annotations.safe", "has no effect"),
        (HEAD.replace("1}", "1, dialect: x}"), 4, "tool.source.dialect", "not a known key"),
        (HEAD + "  parameters:\n    - {name: p, type: string, max: 3}\n", 6, "tool.parameters.0.max", "has no effect"),
        (HEAD + "  return:\n    type: array\n    items: {type: string, a: 1}\n", 7, "tool.return.items.a", "known key"),
        (
            HEAD + "  return:\n    type: object\n    properties:\n      x: {type: string, b: 1}\n",
            8,
            "tool.return.properties.x.b",
            "known key",
        ),
        (
            HEAD + "  parameters: [{name: p, type: string, minimum: 3}]\n",
            5,
            "tool.parameters.0.minimum",
            "has no effect on the type string",
        ),
    ],
)
def test_keys_without_effect(tmp_path: Path, text: str, line: int, where: str, part: str) -> None:
    """A key that has no effect, at any depth, is a warning; the tool is loaded all the same."""
    catalogue = load_text(tmp_path, text)

    assert [(line, where)] == [(w.line, w.where) for w in catalogue.warnings]
    assert part in catalogue.warnings[0].message
    assert (tuple(catalogue.tools), catalogue.faults) == (("t",), ())


@pytest.mark.parametrize("key", ["required_scope", "requiredScopes", "polices"])
def test_misspelt_protection(tmp_path: Path, key: str) -> None:
    """A key that was meant to protect the tool keeps it from being served without protection."""
    catalogue = load_text(tmp_path, HEAD + f"  {key}: [a]\n")

    assert [(5, f"tool.{key}")] == [(fault.line, fault.where) for fault in catalogue.faults]
    assert dict(catalogue.tools) == {}
