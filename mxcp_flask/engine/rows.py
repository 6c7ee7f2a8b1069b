"""What a statement gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Rows:
    """The result of a statement: column names as DuckDB gives them, rows as tuples of Python values."""

    columns: tuple[str, ...]
    rows: list[Row]
    cut: bool = False  # there were more rows, or larger ones, than the settings allow, and these are the first
    poured: bool = False  # the rows are in the session's sink instead


class Sink(Protocol):
    """Takes the rows of a result that is too long to be held, piece by piece, while its statement runs."""

    def begin(self, columns: tuple[str, ...]) -> None:
        """Begin with the result that has ``columns``."""

    def take(self, rows: list[Row]) -> bool:
        """Take the rows that come next, and tell whether more are wanted. Raises nothing that rows are to blame for."""
