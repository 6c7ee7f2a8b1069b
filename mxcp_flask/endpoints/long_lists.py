"""Shape the rows of a list as they come, each as ``shape`` would, for results that are too long to be held."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from mxcp_flask.endpoints.cells import rows_to_json
from mxcp_flask.endpoints.checks import Check, find_faults
from mxcp_flask.endpoints.json_columns import reader_of
from mxcp_flask.endpoints.model import SqlEndpoint
from mxcp_flask.endpoints.shaping import FAULTS_NAMED, holds_values, records
from mxcp_flask.endpoints.types import result_schema
from mxcp_flask.errors import ResultMismatch

_OF_THE_WHOLE = ("minItems", "maxItems")


def can_come_in_pieces(endpoint: SqlEndpoint) -> bool:
    """Tell whether a result is a list that can be checked item by item."""
    returns = endpoint.returns
    if returns is None:
        return True
    return returns["type"] == "array" and not returns.get("uniqueItems") and "enum" not in returns


class LongList:
    """The items of the list that ``endpoint`` returns, whose rows have ``columns``."""

    def __init__(self, endpoint: SqlEndpoint, columns: Sequence[str]) -> None:
        self._returns = endpoint.returns
        self._columns = columns
        self._has_values = self._returns is not None and holds_values(self._returns, columns)
        self._read = reader_of(self._returns) if self._returns else None
        self._item = self._returns.get("items") if self._returns else None
        schema = result_schema(self._item) if self._item else {}
        self._check, self._checks = Check(schema), Check({"type": "array", "items": schema})
        self._count = 0

    def items(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the items of the next ``rows``; raises ResultMismatch when one does not fit."""
        values: list[Any] = [value for (value,) in rows_to_json(rows)] if self._has_values else self._records(rows)
        if self._read:
            values = self._read(values)
        if not self._checks.is_valid(values):
            raise ResultMismatch(reason="; ".join(self._faults(values)))
        self._count += len(values)
        return values

    def _records(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        return [*records(self._columns, rows)]

    def _faults(self, values: list[Any]) -> list[str]:
        named = (
            fault
            for place, value in enumerate(values, self._count)
            for fault in find_faults(self._check, value, self._item or {}, f"[{place}]")
        )
        return list(islice(named, FAULTS_NAMED))


def faults_of_length(endpoint: SqlEndpoint, count: int) -> list[str]:
    """Return what is wrong with a list of ``count`` items, whatever they are."""
    returns = endpoint.returns or {}
    asked = {word: returns[word] for word in _OF_THE_WHOLE if word in returns}
    return list(find_faults(Check({"type": "array", **asked}), [None] * count, {})) if asked else []
