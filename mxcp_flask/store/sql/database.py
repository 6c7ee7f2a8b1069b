"""What the store's parts need of a database: rows, statements, and transactions of several."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Protocol, TypeVar

from mxcp_flask.store.rows import Row, SealedRows

T = TypeVar("T")

_UNSEARCHABLE = re.compile("[\0\ud800-\udfff]")


class Result(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """Return how many rows it changed."""

    def fetchall(self) -> list[Any]:
        """Return its rows."""


class Session(Protocol):
    """Runs the statements of one transaction."""

    def execute(self, statement: str, values: Mapping[str, Any], /) -> Result:
        """Run ``statement``, each ``:name`` in it being one of ``values``."""

    def executemany(self, statement: str, rows: Iterable[Mapping[str, Any]], /) -> Result:
        """Run ``statement`` for each of ``rows``. The result counts all rows that were changed."""


class Database(ABC):
    """The tables. Every method raises StoreError when they cannot be used; then nothing was written."""

    SWEEP: ClassVar[str]
    """A statement that deletes ``:limit`` rows of ``{table}``, which ``{key}`` tells apart, under ``{condition}``."""

    _rows: SealedRows

    @abstractmethod
    def _find_all(self, query: str, **values: Any) -> list[Row]:
        """Return the rows of ``query``."""

    @abstractmethod
    def _change(self, statement: str, **values: Any) -> int:
        """Run ``statement`` in a transaction of its own; return how many rows it changed."""

    @abstractmethod
    def _change_returning(self, statement: str, **values: Any) -> list[Row]:
        """Run ``statement`` in a transaction of its own; return the rows that it returns."""

    @abstractmethod
    def _write(self, body: Callable[[Session], T], *, lasting: bool = True) -> T:
        """Return what ``body`` returns, run in a transaction: all that it wrote is kept, or when it raises, nothing.

        It may be run again when its transaction could not be kept beside others'. What need not be ``lasting`` does not
        wait for the disk: a power failure may undo it.
        """

    def _find(self, query: str, **values: Any) -> Row | None:
        rows = self._find_all(query, **values)
        return rows[0] if rows else None


def one(session: Session, statement: str, values: Mapping[str, Any]) -> Row | None:
    """Run ``statement`` and return its first row."""
    rows = session.execute(statement, values).fetchall()  # to the end, or the statement holds its lock
    return rows[0] if rows else None


def inserting(table: str, values: Mapping[str, Any]) -> str:
    """Return the statement that inserts a row of ``values`` by column."""
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    return f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608 - names of ours only


def searchable(text: str) -> str:
    """Replace what a database cannot hold, NUL and lone surrogates; no identifier in the store has the replacement."""
    return _UNSEARCHABLE.sub("\ufffd", text)
