"""What a session reports of its statements."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import SqlFailed
from mxcp_flask.host import Host
from mxcp_flask.records import ANONYMOUS
from tests.support.meters import Recording

SLOW = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"


@pytest.fixture
def meter() -> Recording:
    """Return what is reported to."""
    return Recording()


def opened(path: Path, meter: Recording, *, timeout: float = 60, stops: bool = False) -> Database:
    """Return a database whose sessions report to ``meter``."""
    host = Host(is_stopping=lambda: stops, must_stop=lambda: stops)
    return Database(DatabaseSettings(path, timeout=timeout, model_may_write=True), host=host, meter=meter)


@pytest.fixture
def database(path: Path, meter: Recording) -> Iterator[Database]:
    """Return a database with a patient server."""
    database = opened(path, meter)
    yield database
    database.close()


def test_each_statement(database: Database, meter: Recording) -> None:
    """Every statement begins and ends once; what surrounds it is none."""
    with database.session(ANONYMOUS) as session:
        session.run("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1); FROM t", {})
        session.run_single("SELECT 1")

    assert meter.statements == ["began", "ok"] * 4


def test_failure(database: Database, meter: Recording) -> None:
    """What DuckDB refuses to run has failed; what it cannot read at all has not begun."""
    with database.session(ANONYMOUS) as session:
        for sql in ("SELECT error('no')", "SELEC"):
            with pytest.raises(SqlFailed):
                session.run(sql, {})

    assert meter.statements == ["began", "failed"]


def test_interruption_by_the_caller(database: Database, meter: Recording) -> None:
    """A statement that nobody waits for is cancelled, and the next one is judged by itself."""
    with database.session(ANONYMOUS, alive=lambda: False) as session, pytest.raises(SqlFailed, match="cancelled"):
        session.run(SLOW, {})
    with database.session(ANONYMOUS) as session:
        session.run("SELECT 1", {})

    assert meter.statements == ["began", "cancelled", "began", "ok"]


def test_interruption_by_time(path: Path, meter: Recording) -> None:
    """A statement that runs too long is late."""
    database = opened(path, meter, timeout=0.1)
    with database.session(ANONYMOUS) as session, pytest.raises(SqlFailed, match="longer than"):
        session.run(SLOW, {})
    database.close()

    assert meter.statements == ["began", "late"]


def test_interruption_by_the_end_of_the_server(path: Path, meter: Recording) -> None:
    """A statement that still runs when the server must end was stopped by that."""
    database = opened(path, meter, stops=True)
    with database.session(ANONYMOUS) as session, pytest.raises(SqlFailed):
        session.run(SLOW, {})
    database.close()

    assert meter.statements == ["began", "stopping"]
