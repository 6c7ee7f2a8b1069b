"""Text as DuckDB takes it."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return ``text`` with each lone surrogate, which no UTF-8 can carry, in its ``\udXXX`` spelling."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def quote(text: str) -> str:
    """Return ``text``, made printable, as a literal of DuckDB, in which only the quote itself has a meaning."""
    return "'" + printable(text).replace("'", "''") + "'"
