"""docs/security.md has the threats that tests/threats knows."""

from __future__ import annotations

import ast
import re

from tests.docs.blocks import ROOT
from tests.threats.defences import THREATS

ROW = re.compile(r"^\| T(\d+) \| (.*?) \| (.*?) \| `(.*?)` \|$", re.MULTILINE)
ROWS = ROW.findall((ROOT / "docs" / "security.md").read_text(encoding="utf-8"))


def test_every_threat_has_a_row() -> None:
    """The table has each threat once, in order, and each has an answer."""
    assert [int(number) for number, *_ in ROWS] == list(THREATS)
    assert all(answer for _, _, answer, _ in ROWS)


def test_rows_say_what_the_tests_are_about() -> None:
    """A row names the threat's file, in the words of that file."""
    for number, threat, _, name in ROWS:
        path = ROOT / "tests" / "threats" / name
        told = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").removeprefix(f"T{number}: ")

        assert name.startswith(f"test_t{int(number):02}_")
        assert told.startswith(f"{threat}.")
