"""docs/scaling.md and docs/performance.md quote runs of the benchmarks that are kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.documents import PERFORMANCE, RESULTS, SCALING, filled, names_in, tables_of

documents = pytest.mark.parametrize("document", [PERFORMANCE, SCALING], ids=lambda path: path.name)


@documents
def test_tables_are_those_of_the_run(document: Path) -> None:
    """Each table of the page is what the result says, to the last digit."""
    text = document.read_text(encoding="utf-8")

    assert filled(text, tables_of(document)) == text


@documents
def test_every_table_is_shown_once(document: Path) -> None:
    """The page has all tables that there are."""
    assert sorted(names_in(document.read_text(encoding="utf-8"))) == sorted(tables_of(document))


@pytest.mark.parametrize("result", sorted(RESULTS.glob("*.json")), ids=lambda path: path.name)
def test_a_result_names_no_machine(result: Path) -> None:
    """What is kept has no path, host or user in it."""
    assert not re.search(r"/(home|root|work|tmp)/|hostname", result.read_text(encoding="utf-8"))
