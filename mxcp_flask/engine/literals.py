"""Text as DuckDB takes it."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""Return ``text`` with each lone surrogate, which no UTF-8 can carry, in its ``\udXXX`` spelling."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def quote(text: str) -> str:
    """Return ``text``, made printable, as an expression of DuckDB's literals, in which only the quote has a meaning.

    NUL stands outside them: before DuckDB 2 it ended the statement.
    """
    return "'" + printable(text).replace("'", "''").replace("\0", "'||chr(0)||'") + "'"


def quote_name(name: str) -> str:
    """Return ``name`` as an identifier."""
    return '"' + printable(name).replace('"', '""') + '"'
