"""Results with very many rows, written to a spool while their SQL runs."""

from __future__ import annotations

from typing import Any

from mxcp_flask.endpoints.long_lists import LongList, can_come_in_pieces, faults_of_length
from mxcp_flask.endpoints.model import SqlEndpoint, Tool
from mxcp_flask.engine import Row
from mxcp_flask.errors import ResultMismatch, ResultTooLarge
from mxcp_flask.mcp.answers import Spooled
from mxcp_flask.mcp.bounds import Bounded, Cut
from mxcp_flask.mcp.json_text import encode
from mxcp_flask.mcp.spool import Spool


def long_result(endpoint: SqlEndpoint, max_bytes: int) -> LongResult | None:
    """Return what takes a long result of ``endpoint``, of at most ``max_bytes``; None when it is no list of items."""
    is_blocks = isinstance(endpoint, Tool) and endpoint.content
    return LongResult(endpoint, max_bytes) if can_come_in_pieces(endpoint) and not is_blocks else None


class LongResult:
    """The text of a list, shaped and checked row by row (an ``engine.Sink``)."""

    def __init__(self, endpoint: SqlEndpoint, max_bytes: int) -> None:
        self._endpoint = endpoint
        self._max_bytes = max_bytes
        self._error: Exception | None = None
        self.count = 0  # rows
        self.is_full = False  # there are more bytes than allowed

    def begin(self, columns: tuple[str, ...]) -> None:
        """Begin the list."""
        self._spool = Spool()
        self._list = LongList(self._endpoint, columns)

    def take(self, rows: list[Row]) -> bool:
        """Write the rows that fit. What is wrong with one is said at the end: its statement has not failed."""
        try:
            self._write(self._list.items(rows))
        except Exception as error:  # noqa: BLE001 - raised again by the one who asks for the result
            self._error = error
        return not (self._error or self.is_full)

    def bounded(self, *, rows_cut: bool) -> Bounded:
        """Return the list, as ``bounds.bounded`` does.

        Raises:
            ResultMismatch: a row, or the number of rows, does not fit what is declared.
            ResultTooLarge: not one row fits, or fewer rows do not conform to the published schema.

        """
        if self._error:
            raise self._error
        self._spool.write(b"]" if self.count else b"[]")
        faults = faults_of_length(self._endpoint, self.count)
        if self.is_full and (faults or not self.count):
            raise ResultTooLarge(reason=f"only {self.count} of its rows fit into {self._max_bytes} bytes (max_bytes)")
        if faults:
            raise ResultMismatch(reason="; ".join(faults))
        return Bounded(Spooled(self._spool), Spooled(self._spool, as_string=True), self._cut(rows_cut=rows_cut))

    def _cut(self, *, rows_cut: bool) -> Cut | None:
        if self.is_full:
            return Cut(self.count, "max_bytes")
        return Cut(self.count, "max_rows") if rows_cut else None

    def _write(self, items: list[Any]) -> None:
        text = encode(items)[1:-1]
        if self._fits(text):
            self._add(text, len(items))
            return
        for item in items:
            text = encode(item)
            if not self._fits(text):
                self.is_full = True
                return
            self._add(text, 1)

    def _fits(self, text: bytes) -> bool:
        return self._spool.size + len(text) + 2 <= self._max_bytes  # a comma or bracket before it, a bracket after it

    def _add(self, text: bytes, count: int) -> None:
        self._spool.write(b"," if self.count else b"[")
        self._spool.write(text)
        self.count += count
