"""A cursor waits for the next call of exactly the same identity, and only if it is what it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.engine.idle_cursors import LONGEST, MOST, IdleCursors
from mxcp_flask.errors import SqlFailed, StatementRefused
from mxcp_flask.records import Identity
from tests.engine.conftest import ANN, BOB, OpenDatabase
from tests.support.clock import Clock

CONNECTION = "SELECT current_connection_id()"
WHO = "SELECT get_username(), get_user_external_token()"


def connection_of(database: Database, identity: Identity) -> int:
    """Return which connection a session of ``identity`` is on."""
    with database.session(identity) as session:
        [[number]] = session.run(CONNECTION, {}).rows
    assert isinstance(number, int)
    return number


def test_same_person_meets_the_same_cursor(database: Database) -> None:
    """After calls that only read and changed data, the next call of the same person is on the same cursor."""
    first = connection_of(database, ANN)
    with database.session(ANN) as session:
        session.run("CREATE TABLE t (n INTEGER)", {})
    second = connection_of(database, ANN)
    with database.session(ANN) as session:
        session.run("INSERT INTO t VALUES (1); UPDATE t SET n = 2; DELETE FROM t; FROM t", {})
    with database.session(ANN) as session:
        session.run("INSERT INTO t VALUES ($n)", {"n": 1})

    assert first != second
    assert connection_of(database, ANN) == second


@pytest.mark.parametrize(
    "other",
    [
        BOB,
        replace(ANN, username="anne"),
        replace(ANN, provider="gitlab"),
        replace(ANN, email=""),
        replace(ANN, external_token="gho_ann_renewed"),
        replace(ANN, instance_url="https://ann.example"),
        replace(ANN, sites="[]"),
    ],
)
def test_another_identity_never_meets_it(database: Database, other: Identity) -> None:
    """Whoever differs in any value gets another cursor, and reads their own values."""
    assert connection_of(database, ANN) != connection_of(database, other)
    for identity in (ANN, other, ANN):
        with database.session(identity) as session:
            assert session.run(WHO, {}).rows == [(identity.username, identity.external_token)]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TEMP MACRO get_user_name() AS 'mallory'",
        "CREATE OR REPLACE TEMP MACRO get_username() AS 'mallory'",
        "CREATE TEMP TABLE t AS SELECT 1 AS n",
        "SET VARIABLE mxcp_token = 'mallory'",
        "BEGIN TRANSACTION",
        "ATTACH ':memory:' AS other",
        "PREPARE p AS SELECT 1",
        "FROM range(1000)",
        "SELECT repeat('x', 1000000)",
        "PIVOT (SELECT 1 AS a, 2 AS b) ON a USING sum(b)",
    ],
)
def test_cursor_that_was_altered_is_closed(database: Database, sql: str) -> None:
    """What a statement may leave on a cursor ends with its call, large results with it."""
    before = connection_of(database, ANN)
    with database.session(ANN) as session:
        session.run(sql, {})

    assert connection_of(database, ANN) != before
    with database.session(ANN) as session:
        assert session.run(WHO, {}).rows == [(ANN.username, ANN.external_token)]


def test_cursor_that_failed_is_closed(database: Database) -> None:
    """After an error the next call begins on a new cursor, even when the session went on."""
    before = connection_of(database, ANN)
    with database.session(ANN) as session:
        with pytest.raises(SqlFailed):
            session.run("SELECT error('no')", {})
        session.run("SELECT 1", {})

    assert connection_of(database, ANN) != before


def test_cursor_of_a_model_is_closed(database: Database) -> None:
    """What a model wrote never shares a cursor with a later call."""
    before = connection_of(database, ANN)
    with database.session(ANN) as session:
        session.run_single("SELECT 1")
    after = connection_of(database, ANN)
    with database.session(ANN) as session, pytest.raises(StatementRefused):
        session.run_single("SET VARIABLE x = 1")

    assert before != after


def test_cursor_of_a_cut_result_is_closed(open_database: OpenDatabase, path: Path) -> None:
    """A result that was not read to its end does not wait in memory."""
    database = open_database(DatabaseSettings(path, max_rows=10))
    before = connection_of(database, ANN)
    with database.session(ANN) as session:
        assert session.run("FROM range(20)", {}).cut

    assert connection_of(database, ANN) != before


def test_cancelled_session_is_closed(database: Database) -> None:
    """A cursor that was interrupted, even too late, is not used again."""
    before = connection_of(database, ANN)
    with database.session(ANN) as session:
        session.run("SELECT 1", {})
        session.interrupt()

    assert connection_of(database, ANN) != before


def test_sessions_at_once(database: Database) -> None:
    """Two sessions of one person at the same time have a cursor each."""
    with database.session(ANN) as one, database.session(ANN) as two:
        assert one.run(CONNECTION, {}).rows != two.run(CONNECTION, {}).rows


def test_closed_database(database: Database) -> None:
    """No cursor outlives its database."""
    with database.session(ANN) as session:
        session.run("CREATE TABLE t AS SELECT 1 AS n", {})
    connection_of(database, ANN)
    with database.session(ANN) as session:
        session.run("FROM t", {})
        database.close()

    with database.session(ANN) as session:
        assert session.run("FROM t", {}).rows == [(1,)]


def test_no_more_than_so_many_wait() -> None:
    """The cursor that waited longest is closed when too many wait."""
    with duckdb.connect() as root:
        idle = IdleCursors()
        people = [Identity(f"person{number}") for number in range(MOST + 1)]
        for person in people:
            idle.keep(person, root.cursor())

        assert [idle.take(person) is None for person in people] == [True] + [False] * MOST


def test_none_waits_for_long() -> None:
    """A cursor, and the token on it, is closed when nobody came back for it."""
    clock = Clock()
    with duckdb.connect() as root:
        idle, left = IdleCursors(clock), root.cursor()
        idle.keep(ANN, left)
        clock.now += LONGEST + 1
        idle.keep(BOB, root.cursor())

        assert idle.take(ANN) is None
        with pytest.raises(duckdb.ConnectionException):
            left.execute("SELECT 1")
        idle.clear()
        assert idle.take(BOB) is None
