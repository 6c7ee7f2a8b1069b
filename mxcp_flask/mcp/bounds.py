"""Results are bounded: a list is cut to its first rows and says so, anything else is refused when it is too large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from mxcp_flask.endpoints.model import Tool
from mxcp_flask.errors import ResultTooLarge
from mxcp_flask.mcp.answers import Spooled
from mxcp_flask.mcp.json_text import encode_text


@dataclass(frozen=True)
class Cut:
    """How many rows of a list are left, and which setting asked for it."""

    rows: int
    limit: Literal["max_rows", "max_bytes"]

    @property
    def note(self) -> str:
        """Return a sentence for the model."""
        allowed = "rows" if self.limit == "max_rows" else "bytes"
        return (
            f"The result is incomplete: only its first {self.rows} rows are shown, because it has more {allowed} than "
            f"this server returns at once ({self.limit}). Ask for less, with LIMIT or a narrower filter."
        )


@dataclass(frozen=True)
class Bounded:
    """A JSON value that fits, its text, and how it was made to fit."""

    value: Any
    text: str | Spooled
    cut: Cut | None = None


def bounded(tool: Tool, value: Any, max_bytes: int, *, rows_cut: bool = False) -> Bounded:
    """Return ``value`` with its text, of at most ``max_bytes`` in UTF-8; a list is cut to the first rows that fit.

    ``rows_cut`` says that the database already left out rows.

    Raises:
        ResultTooLarge: it is no list, or not one row fits, or fewer rows do not conform to the published schema.

    """
    cut = Cut(len(value), "max_rows") if rows_cut and isinstance(value, list) else None
    text = text_of(value)
    size = size_of(text)
    if size <= max_bytes:
        return Bounded(value, text, cut)
    if not isinstance(value, list):
        raise too_large(size, max_bytes)
    return _first_rows(tool, value, max_bytes)


def text_of(value: Any) -> str:
    """Return a string as it is, and anything else as JSON."""
    return value if isinstance(value, str) else encode_text(value)


def size_of(text: str) -> int:
    """Return how many bytes ``text`` has in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def too_large(size: int, max_bytes: int) -> ResultTooLarge:
    """Return the error for a result of ``size`` bytes."""
    return ResultTooLarge(reason=f"it has {size} bytes, and this server returns at most {max_bytes} (max_bytes)")


def _first_rows(tool: Tool, rows: list[Any], max_bytes: int) -> Bounded:
    texts, size = list[str](), 2  # the brackets
    for row in rows:
        text = encode_text(row)
        size += size_of(text) + (1 if texts else 0)
        if size > max_bytes:
            break
        texts.append(text)
    shown = rows[: len(texts)]
    if not shown or not tool.result_validator.is_valid(shown):
        raise ResultTooLarge(reason=f"only {len(shown)} of its rows fit into {max_bytes} bytes (max_bytes)")
    return Bounded(shown, f"[{','.join(texts)}]", Cut(len(shown), "max_bytes"))
