"""One long statement, and the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings, Rows
from mxcp_flask.errors import SqlFailed
from tests.engine.conftest import ANN, BOB, OpenDatabase

FOR_EVER = "SELECT count(*) FROM range(100000000) a, range(100000000) b"


def run_for_ever(database: Database) -> Rows:
    """Run a statement that would take minutes."""
    with database.session(ANN) as session:
        return session.run_single(FOR_EVER)


def test_others_are_answered_while_one_runs_into_its_limit(open_database: OpenDatabase, path: Path) -> None:
    """Twenty calls of others must be answered before a statement without end is stopped at its limit."""
    database = open_database(DatabaseSettings(path, timeout=5))
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(run_for_ever, database)
        for number in range(20):
            with database.session(BOB) as session:
                assert session.run("SELECT $n + 1", {"n": number}).rows == [(number + 1,)]
        answered_first = not long.done()

        with pytest.raises(SqlFailed, match="longer than 5 seconds and was stopped"):
            long.result()
    assert answered_first


def test_a_session_is_cancelled_from_another_thread(open_database: OpenDatabase, path: Path) -> None:
    """After ``interrupt`` the statement ends at once, whether it runs already or comes next."""
    database = open_database(DatabaseSettings(path))
    with database.session(ANN) as session, ThreadPoolExecutor(1) as pool:
        running = pool.submit(session.run_single, FOR_EVER)
        session.interrupt()
        with pytest.raises(SqlFailed, match="was cancelled"):
            running.result()


def test_steps_are_told_one_by_one_and_undone_together(open_database: OpenDatabase, path: Path) -> None:
    """Each statement is told when it is done; who goes away in between leaves nothing behind."""
    database = open_database(DatabaseSettings(path))
    with database.session(ANN) as session:
        session.run("CREATE TABLE t (i INTEGER)", {})
        told = list(session.steps("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); FROM t", {}))
    with database.session(ANN) as session:
        left = session.steps("INSERT INTO t VALUES (3); INSERT INTO t VALUES (4)", {})
        next(left)
        left.close()
    with database.session(ANN) as session:
        rows = session.run("FROM t ORDER BY i", {}).rows

    assert told == [(1, 3), (2, 3), (3, 3)]
    assert rows == [(1,), (2,)]


def test_steps_that_are_closed_leave_the_session_usable(open_database: OpenDatabase, path: Path) -> None:
    """What was done before the generator was closed is undone at once, not only at the session's end."""
    database = open_database(DatabaseSettings(path))
    with database.session(ANN) as session:
        session.run("CREATE TABLE t (i INTEGER)", {})
        left = session.steps("INSERT INTO t VALUES (3); INSERT INTO t VALUES (4)", {})
        next(left)
        left.close()
        assert session.run("SELECT count(*) FROM t", {}).rows == [(0,)]


def test_cancelling_a_session_that_is_over_does_nothing(open_database: OpenDatabase, path: Path) -> None:
    """Whoever cancels too late, as another thread may, meets no error."""
    database = open_database(DatabaseSettings(path))
    with database.session(ANN) as session:
        session.run("SELECT 1", {})
    session.interrupt()
