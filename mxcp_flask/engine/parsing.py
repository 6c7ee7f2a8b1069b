"""The SQL of endpoint files as DuckDB's statements, parsed once.

A parsed statement holds no value and no plan: each run of it is bound and planned anew, for its own cursor, so
that it can run on any cursor, as anybody, and on many threads at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from mxcp_flask.engine.reach import loopback_hosts_in
from mxcp_flask.engine.statements import type_name
from mxcp_flask.errors import SqlFailed

MOST = 2_048  # texts that are remembered
_LEAVE_NOTHING = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE_INTO"})


@dataclass(frozen=True)
class Parsed:
    """One statement, its type as DuckDB names it, and the names of its parameters."""

    statement: duckdb.Statement
    kind: str
    names: tuple[str, ...]

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of ``given``, by names in lower case, that the statement names; DuckDB does not mind their case.

        Raises:
            SqlFailed: some are missing.

        """
        missing = [f"${name}" for name in self.names if name.casefold() not in given]
        if missing:
            raise SqlFailed(reason=f"The SQL uses parameters that were not given: {', '.join(missing)}.")
        return {name: given[name.casefold()] for name in self.names}


@dataclass(frozen=True)
class ParsedText:
    """The statements of a text."""

    statements: tuple[Parsed, ...]
    loopback_hosts: frozenset[str]  # that the text names

    @cached_property
    def together(self) -> bool:
        """Tell whether the statements are to run in one transaction of ours."""
        return len(self.statements) > 1 and all(each.kind != "TRANSACTION" for each in self.statements)

    @cached_property
    def leaves_nothing(self) -> bool:
        """Tell whether the cursor is afterwards what it was before: nothing temporary, no setting, no variable."""
        return all(each.kind in _LEAVE_NOTHING for each in self.statements)


def parsed(statement: duckdb.Statement) -> Parsed:
    """Return ``statement`` with what is known of it."""
    return Parsed(statement, type_name(statement), tuple(sorted(statement.named_parameters)))


class ParsedTexts:
    """Remembers texts that were parsed; for use by many threads."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, frozenset[str]], ParsedText] = {}

    def get(self, sql: str, lists: frozenset[str], parse: Callable[[], list[duckdb.Statement]]) -> ParsedText:
        """Return ``sql`` parsed, as ``parse`` does it when it is new; ``lists`` are the parameters that are lists."""
        found = self._known.get((sql, lists))
        if found is None:
            found = ParsedText(tuple(map(parsed, parse())), loopback_hosts_in(sql))
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[sql, lists] = found
        return found
