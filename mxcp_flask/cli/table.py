"""Rows as a table of text for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from mxcp_flask.cli.output import printable

MOST_ROWS = 100
WIDEST = 50  # characters of a cell


def render(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a table of JSON values: 100 rows, cells of 50 characters. The last says what is left out."""
    names = [_cell(column) for column in columns]
    cells = [[_cell(value) for value in row] for row in rows[:MOST_ROWS]]
    shown = [[_shortened(cell) for cell in row] for row in (names, *cells)]
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    yield _line(shown[0], widths)
    yield _line(["-" * width for width in widths], widths)
    yield from (_line(row, widths) for row in shown[1:])
    yield _summary(len(rows), sum(len(cell) > WIDEST for row in cells for cell in row))


def _cell(value: Any) -> str:
    if value is None:
        return "NULL"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return printable(text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r"))


def _shortened(cell: str) -> str:
    return cell if len(cell) <= WIDEST else f"{cell[: WIDEST - 1]}…"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _summary(count: int, shortened: int) -> str:
    left_out = f", of which the first {MOST_ROWS} are shown" if count > MOST_ROWS else ""
    cells = f", {shortened} cell{'' if shortened == 1 else 's'} shortened" if shortened else ""
    hint = "; --json-output prints everything" if left_out or cells else ""
    return f"({count} row{'' if count == 1 else 's'}{left_out}{cells}{hint})"
