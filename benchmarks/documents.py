"""Puts a result's tables into docs/scaling.md: ``python -m benchmarks.documents benchmarks/results/FILE.json``.

A table stands between ``<!-- figures: NAME -->`` and ``<!-- end -->``.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from benchmarks.tables import all_tables

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "scaling.md"
_PLACE = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(text: str, result: dict[str, Any]) -> str:
    """Return ``text`` with the tables of ``result`` in their places. Raises KeyError for an unknown name."""
    tables = all_tables(result)
    return _PLACE.sub(lambda place: f"{place[1]}{tables[place[2]]}\n{place[3]}", text)


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8"), found), encoding="utf-8")
