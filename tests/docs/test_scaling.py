"""docs/scaling.md quotes a run of the benchmarks that is kept."""

from __future__ import annotations

import json
import re

import pytest

from benchmarks.documents import DOCUMENT, filled
from benchmarks.tables import all_tables
from tests.docs.blocks import ROOT

RESULTS = [ROOT / "benchmarks" / "results" / "scaling.json"]


@pytest.fixture
def text() -> str:
    """Return the page."""
    return DOCUMENT.read_text(encoding="utf-8")


def test_one_run_is_kept() -> None:
    """There is exactly one result, so that it is clear whose the figures are."""
    assert len(RESULTS) == 1


def test_tables_are_those_of_the_run(text: str) -> None:
    """Each table of the page is what the result says, to the last digit."""
    assert filled(text, json.loads(RESULTS[0].read_text(encoding="utf-8"))) == text


def test_every_table_is_shown_once(text: str) -> None:
    """The page has all tables that there are."""
    result = json.loads(RESULTS[0].read_text(encoding="utf-8"))

    assert sorted(re.findall(r"<!-- figures: (\w+) -->", text)) == sorted(all_tables(result))


def test_the_result_names_no_machine() -> None:
    """What is kept has no path, host or user in it."""
    assert not re.search(r"/(home|root|work|tmp)/|hostname", RESULTS[0].read_text(encoding="utf-8"))
