"""What a model's statement can do when models may not write, which is the default."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.engine.session import LONGEST_STATEMENT
from mxcp_flask.errors import SqlFailed, StatementRefused
from tests.engine.conftest import ANN, BOB, OpenDatabase


@pytest.fixture
def database(open_database: OpenDatabase, path: Path) -> Database:
    """Return a read-write database with a table, as a project has it."""
    database = open_database(DatabaseSettings(path))
    with database.session(ANN) as session:
        session.run("CREATE TABLE notes (who VARCHAR, note VARCHAR); CREATE SEQUENCE s", {})
    return database


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO notes VALUES ('x', 'y')",
        "UPDATE notes SET note = 'x'",
        "DELETE FROM notes",
        "CREATE TABLE t (a INTEGER)",
        "CREATE VIEW v AS FROM notes",
        "CREATE MACRO lower(x) AS 'x'",
        "CREATE MACRO get_username() AS 'ann'",
        "ALTER TABLE notes ADD COLUMN x VARCHAR",
        "ALTER TABLE notes ALTER COLUMN note SET DEFAULT get_user_external_token()",
        "DROP TABLE notes",
        "SELECT nextval('s')",
        "EXPLAIN ANALYZE INSERT INTO notes VALUES ('x', 'y')",
    ],
)
def test_nothing_is_written(database: Database, sql: str) -> None:
    """A statement that would change the database fails, and has changed nothing."""
    with database.session(BOB) as session, pytest.raises(SqlFailed, match="read-only"):
        session.run_single(sql)

    with database.session(BOB) as session:
        assert session.run("SELECT count(*) FROM notes", {}).rows == [(0,)]
        assert session.run("SELECT lower('A'), get_username(), nextval('s')", {}).rows == [("a", "bob", 1)]


@pytest.mark.parametrize("sql", ["FROM notes", "SHOW TABLES", "DESCRIBE notes", "EXPLAIN FROM notes", "SELECT 1"])
def test_reading_works(database: Database, sql: str) -> None:
    """A statement that reads gives its rows, several times on one session."""
    with database.session(BOB) as session:
        first = session.run_single(sql)
        assert session.run_single(sql).columns == first.columns


def test_one_persons_default_cannot_take_anothers_token(database: Database) -> None:
    """What one person could make a model store would run as whoever writes next; so it cannot be stored."""
    with database.session(BOB) as session, pytest.raises(SqlFailed):
        session.run_single("ALTER TABLE notes ALTER COLUMN note SET DEFAULT get_user_external_token()")
    with database.session(ANN) as session:
        session.run("INSERT INTO notes (who) VALUES (get_username())", {})

        assert session.run("FROM notes", {}).rows == [("ann", None)]


def test_long_statements_are_refused(database: Database) -> None:
    """A text so long that its nesting could overflow the parser's stack is not parsed at all."""
    nested = "SELECT * FROM (" * 40_000 + "SELECT 1" + ")" * 40_000
    with database.session(BOB) as session:
        with pytest.raises(StatementRefused, match=str(LONGEST_STATEMENT)):
            session.run_single(nested)
        with suppress(SqlFailed):
            session.run_single("SELECT * FROM (" * 900 + "SELECT 1" + ")" * 900)
        assert session.run_single("SELECT 1").rows == [(1,)]


def test_time_is_bounded(open_database: OpenDatabase, path: Path) -> None:
    """A statement that runs too long is stopped, and the session goes on."""
    database = open_database(DatabaseSettings(path, timeout=0.2))
    with database.session(BOB) as session:
        with pytest.raises(SqlFailed, match=r"longer than 0\.2 seconds"):
            session.run_single("SELECT count(*) FROM range(100000000) a, range(100000000) b")

        assert session.run("SELECT 1", {}).rows == [(1,)]


@pytest.mark.parametrize("single", [True, False])
def test_rows_are_bounded(open_database: OpenDatabase, path: Path, single: bool) -> None:
    """A result with more rows than the settings allow is cut and says so; exactly as many are given whole."""
    database = open_database(DatabaseSettings(path, max_rows=5))
    with database.session(BOB) as session:
        run = session.run_single if single else lambda sql: session.run(sql, {})
        whole, cut = run("FROM range(5)"), run("FROM range(6)")
    assert (len(whole.rows), whole.cut) == (5, False)
    assert (len(cut.rows), cut.cut) == (5, True)


def test_columns_are_bounded(database: Database) -> None:
    """A result with very many columns fails before anybody has to name them."""
    with database.session(BOB) as session, pytest.raises(SqlFailed, match="more than 1000 columns"):
        session.run(f"SELECT {', '.join(['1 AS a'] * 1001)}", {})
