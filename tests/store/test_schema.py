"""Switching a database to write-ahead mode while others do the same."""

from __future__ import annotations

import sqlite3

import pytest

from mxcp_flask.store import schema


class RefusingConnection(sqlite3.Connection):
    """A connection that refuses its first statements, as SQLite does when two processes switch the mode at once."""

    refusals: list[str]

    def execute(self, *arguments: object) -> sqlite3.Cursor:
        """Raise the next of the refusals, if there is one left."""
        if self.refusals:
            raise sqlite3.OperationalError(self.refusals.pop())
        return super().execute(*arguments)  # type: ignore[arg-type]


@pytest.fixture
def connection() -> RefusingConnection:
    """Give a connection that refuses nothing yet."""
    connection = RefusingConnection(":memory:")
    connection.refusals = []
    return connection


def test_refused_switch_is_tried_again(connection: RefusingConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A switch that met another one is tried until it succeeds."""
    monkeypatch.setattr(schema, "_RETRY_AFTER", 0)
    connection.refusals = ["database is locked"] * 3
    schema._use_write_ahead_log(connection)
    connection.close()

    assert connection.refusals == []


def test_switch_is_not_tried_for_ever(connection: RefusingConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time that any statement may wait, the refusal comes out."""
    monkeypatch.setattr(schema, "BUSY_TIMEOUT", -1)
    connection.refusals = ["database is locked"]
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        schema._use_write_ahead_log(connection)
    connection.close()


def test_other_errors_come_out(connection: RefusingConnection) -> None:
    """What waiting cannot mend is reported at once."""
    connection.refusals = ["database is locked", "disk I/O error"]
    with pytest.raises(sqlite3.OperationalError, match="disk"):
        schema._use_write_ahead_log(connection)
    connection.close()

    assert connection.refusals == ["database is locked"]
