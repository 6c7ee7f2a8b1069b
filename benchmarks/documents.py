"""Puts the tables of the results into the documents: ``python -m benchmarks.documents``.

A table stands between ``<!-- figures: NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from benchmarks import growth_tables, summary, tables

_ROOT = Path(__file__).resolve().parents[1]
RESULTS = _ROOT / "benchmarks" / "results"
SCALING = _ROOT / "docs" / "scaling.md"
PERFORMANCE = _ROOT / "docs" / "performance.md"
_PLACE = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_PARTS = {
    SCALING: {"scaling.json": tables.TABLES},
    PERFORMANCE: {"peers.json": summary.TABLES, "growth.json": growth_tables.TABLES},
}


def tables_of(document: Path) -> dict[str, str]:
    """Return the tables that ``document`` must have, by their names."""
    made: dict[str, str] = {}
    for name, makers in _PARTS[document].items():
        result = json.loads((RESULTS / name).read_text(encoding="utf-8"))
        made |= {table: make(result) for table, make in makers.items()}
    return made


def filled(text: str, made: dict[str, str]) -> str:
    """Return ``text`` with the tables in their places. Raises KeyError for an unknown name."""
    return _PLACE.sub(lambda place: f"{place[1]}{made[place[2]]}\n{place[3]}", text)


def names_in(text: str) -> list[str]:
    """Return the names of the tables that ``text`` has."""
    return [place[1] for place in _PLACE.findall(text)]


if __name__ == "__main__":
    for document in _PARTS:
        document.write_text(filled(document.read_text(encoding="utf-8"), tables_of(document)), encoding="utf-8")
