"""Text as an SQL literal."""

from __future__ import annotations


def quote(text: str) -> str:
    r"""Return ``text`` as a literal of DuckDB, in which only the quote itself has a meaning.

    A lone surrogate, which no UTF-8 can carry, becomes its ``\udXXX`` spelling.
    """
    printable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "'" + printable.replace("'", "''") + "'"
