"""Tests of mxcp_flask.mcp.dispatch."""

from __future__ import annotations

import logging

import pytest

from mxcp_flask.engine import Rows
from mxcp_flask.errors import DatabaseNotUsable
from tests.mcp.client import Client
from tests.mcp.fakes import FakeDatabase

both_eras = pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])


@both_eras
def test_an_unforeseen_failure_tells_the_client_nothing(
    client: Client, database: FakeDatabase, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The log must hold the traceback, the answer only that something failed."""
    database.answer = ZeroDivisionError("inside story")
    answer = client.call(version, "tools/call", {"name": "orders"})

    assert answer.outcome == (200, -32603)
    assert answer.json["id"] == 7
    assert "inside story" not in str(answer.json)
    [record] = caplog.records
    assert (record.name, record.levelno, record.getMessage()) == (
        "mxcp.mcp",
        logging.ERROR,
        "tools/call was not answered",
    )
    assert "ZeroDivisionError: inside story" in caplog.text


@both_eras
def test_an_unusable_database_is_logged_with_its_cause(
    client: Client, database: FakeDatabase, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The operator must read the cause, without a traceback; the client must not learn paths."""
    database.answer = DatabaseNotUsable(path="/srv/shop.duckdb", reason="it is locked")
    answer = client.call(version, "tools/call", {"name": "orders"})

    assert answer.outcome == (200, -32603)
    assert "shop.duckdb" not in str(answer.json)
    assert "/srv/shop.duckdb cannot be opened: it is locked" in caplog.text
    assert "Traceback" not in caplog.text


def test_success_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    """A log line per request is the web edge's."""
    caplog.set_level(logging.DEBUG)
    client.modern("tools/call", {"name": "orders"})

    assert caplog.records == []


@both_eras
def test_deep_values_are_answered_or_refused(client: Client, database: FakeDatabase, version: str) -> None:
    """A value that the encoder cannot follow must not end in an exception."""
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    database.answer = Rows(("n",), [(value,)])
    answer = client.call(version, "tools/call", {"name": "orders"})

    assert answer.outcome == (200, -32603)
