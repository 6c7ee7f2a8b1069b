"""What a model may and may not write."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from mxcp_flask.engine import Database, DatabaseSettings, Session
from mxcp_flask.errors import SqlFailed, StatementRefused
from tests.engine.conftest import ANN, OpenDatabase

ALLOWED = [
    "SELECT 1",
    "-- a comment\nSELECT 1;",
    "; SELECT 1;",
    "VALUES (1)",
    "FROM t",
    "WITH x AS (SELECT 1) FROM x",
    "SHOW TABLES",
    "DESCRIBE t",
    "SUMMARIZE t",
    "SELECT * FROM pragma_table_info('t')",
    "SELECT 'copy; to' AS copy, ';' AS b",
    "SELECT query FROM (SELECT 'with' AS query) WHERE query IN ('a')",
    "INSERT INTO t VALUES (1)",
    "UPDATE t SET a = 2",
    "DELETE FROM t",
    "CREATE TABLE u (a INTEGER)",
    "create or replace temp table u as select 1 as a",
    "CREATE VIEW v AS FROM t",
    "CREATE MACRO m() AS 1",
    "CREATE SCHEMA s",
    "CREATE SEQUENCE q",
    "CREATE TYPE e AS ENUM ('a')",
    "CREATE UNIQUE INDEX i ON t (a)",
    "ALTER TABLE t ADD COLUMN b INTEGER",
    "COMMENT ON TABLE t IS 'x'",
    "COMMENT ON COLUMN t.a IS 'x'",
    "DROP TABLE t",
    "DROP VIEW IF EXISTS v",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "EXPLAIN (SELECT 1)",
    "/* a comment */ explain /* another */ analyze (( SELECT 1))",
    "-- a comment\r\nCREATE TABLE u (a INTEGER)",
    "TABLE t",
    "TRUNCATE t",
    "UNPIVOT t ON a",
    "EXPLAIN CREATE TABLE u (a INTEGER)",
]

REFUSED = [
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE t",
    "SELEC 1",
    "PIVOT t ON a USING count(*)",
    "ATTACH ':memory:' AS m",
    "DETACH shop",
    "USE shop",
    "COPY t TO 'out.csv'",
    "COPY t FROM 'in.csv'",
    "COPY FROM DATABASE shop TO shop",
    "EXPORT DATABASE 'out'",
    "IMPORT DATABASE 'out'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "UPDATE EXTENSIONS",
    "SET threads = 1",
    "SET VARIABLE v = 1",
    "RESET threads",
    "PRAGMA version",
    "PRAGMA show_tables",
    "PRAGMA table_info('t')",
    "/* SELECT 1 */ PRAGMA version",
    "/* /* */ SELECT 1 */ PRAGMA version",
    "-- x\rSELECT 1\nPRAGMA version",
    "-- \x0bPRAGMA version /*\nSELECT 1 */",
    "PRAGMA import_database('in')",
    "explain /* */ import database 'in'",
    "CALL pragma_version()",
    "CALL enable_logging('QueryLog')",
    "CHECKPOINT",
    "VACUUM",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "CREATE SECRET s (TYPE http)",
    "CREATE OR REPLACE TEMP SECRET s (TYPE http)",
    "CREATE PERSISTENT SECRET s (TYPE http)",
    "CREATE /* TABLE */ SECRET s (TYPE http)",
    "/* CREATE TABLE */ CREATE SECRET s (TYPE http)",
    "-- CREATE TABLE u\rCREATE SECRET s (TYPE http)",
    "/* /* */ CREATE TABLE u */ CREATE SECRET s (TYPE http)",
    "DROP SECRET s",
    "ALTER DATABASE shop SET ALIAS TO other",
    "EXPLAIN ANALYZE COPY t TO 'out.csv'",
    "explain /* */ analyze copy t to 'out.csv'",
    "EXPLAIN (ANALYZE) COPY t TO 'out.csv'",
    "EXPLAIN (ANALYZE, FORMAT json) COPY t TO 'out.csv'",
    "EXPLAIN SET threads = 1",
    "EXPLAIN ANALYZE CALL pragma_version()",
    "EXPLAIN PRAGMA version",
    "EXPLAIN ANALYZE CREATE SECRET s (TYPE http)",
    "FROM query('SELECT 1')",
    "FROM query ('SELECT 1')",
    "FROM system.main.\"QUERY\" ('SELECT 1')",
    "FROM query/**/('SELECT 1')",
    "FROM query -- x\n('SELECT 1')",
    "FROM query\u00a0('SELECT 1')",
    "FROM query\u200b('SELECT 1')",
    "FROM query('FROM json_exec' || 'ute_serialized_sql(''{}'')')",
    "CREATE VIEW v AS FROM query('SELECT 1')",
    "FROM query_table('t')",
    "FROM enable_logging('QueryLog')",
    "FROM system.main.\"ENABLE_LOGGING\"(storage = 'file', storage_path = 'log')",
    "CREATE VIEW v AS FROM disable_logging()",
    "FROM truncate_duckdb_logs()",
    "FROM duckdb_logs",
    "FROM duckdb_logs_parsed('QueryLog')",
    "SELECT * FROM duckdb_log_contexts()",
    "FROM enable_profiling()",
    "EXPLAIN ANALYZE FROM force_checkpoint()",
    "FROM checkpoint('shop')",
    "FROM register_external_resource_type()",
    "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "FROM \"JSON_execute_serialized_sql\"(json_serialize_sql('SELECT 1'))",
]


@pytest.fixture
def table(ann: Session) -> Session:
    """Return a session with a table t."""
    ann.run("CREATE TABLE t (a INTEGER)", {})
    return ann


@pytest.mark.parametrize("sql", ALLOWED)
def test_allowed(table: Session, sql: str) -> None:
    """Statements that read, write or define data run."""
    assert table.run_single(sql).columns


@pytest.mark.parametrize("sql", REFUSED)
def test_refused(table: Session, sql: str) -> None:
    """Everything else is refused."""
    with pytest.raises(StatementRefused):
        table.run_single(sql)


@pytest.mark.parametrize("sql", ["", "  ", ";", "-- nothing", "SELECT FROM WHERE", "EXPLAIN"])
def test_no_statement(table: Session, sql: str) -> None:
    """A text without a statement in it is a failure, not a refusal."""
    with pytest.raises(SqlFailed):
        table.run_single(sql)


def test_refusal_says_what_is_allowed(table: Session) -> None:
    """A model reads in the refusal what it may write instead."""
    with pytest.raises(StatementRefused, match="Write one SELECT, SHOW, DESCRIBE, INSERT"):
        table.run_single("SET threads = 1")
    with pytest.raises(StatementRefused, match="this text has 2"):
        table.run_single("SELECT 1; SELECT 2")


def test_nothing_is_run_before_the_refusal(table: Session) -> None:
    """Of two statements not even the first one runs."""
    with pytest.raises(StatementRefused):
        table.run_single("INSERT INTO t VALUES (1); SELECT 1")

    assert table.run("FROM t", {}).rows == []


@pytest.mark.parametrize(
    "sql",
    [
        "WITH x AS (COPY t TO '{file}') SELECT 1",
        "with x as materialized (/* */ copy\nt to '{file}') select 1",
        "WITH x AS (\u00a0COPY t TO '{file}') SELECT 1",
        "EXPLAIN ANALYZE WITH x AS (COPY t TO '{file}') SELECT 1",
        "INSERT INTO t WITH x AS (COPY t TO '{file}') SELECT 1",
        "FROM json_execute_serialized_sql(json_serialize_sql('WITH x AS (COPY t TO ''{file}'') SELECT 1'))",
        "EXPLAIN ANALYZE COPY t TO '{file}'",
        "COPY t TO '{file}'",
    ],
)
@pytest.mark.parametrize("target", ["out/x.csv", "shop.duckdb", "shop.duckdb.wal"])
def test_no_file_is_written(open_database: OpenDatabase, tmp_path: Path, sql: str, target: str) -> None:
    """A model writes no file: neither in an allowed folder nor over the database itself."""
    (tmp_path / "out").mkdir()
    database = open_database(DatabaseSettings(tmp_path / "shop.duckdb", allowed_directories=(tmp_path / "out",)))
    with database.session(ANN) as session:
        session.run("CREATE TABLE t AS SELECT 42 AS a", {})
        with pytest.raises((StatementRefused, SqlFailed)):
            session.run_single(sql.format(file=tmp_path / target))
    database.close()

    assert list((tmp_path / "out").iterdir()) == []
    with duckdb.connect(tmp_path / "shop.duckdb") as connection:
        assert connection.execute("FROM t").fetchall() == [(42,)]


def test_other_peoples_sql_cannot_be_logged(database: Database) -> None:
    """A statement that is allowed by type cannot switch on the log that would show other sessions' statements."""
    with database.session(ANN) as session:
        with pytest.raises(StatementRefused):
            session.run_single("FROM enable_logging('QueryLog')")
        assert session.run("FROM duckdb_logs()", {}).rows == []


def test_importing_is_refused_before_it_reads(open_database: OpenDatabase, tmp_path: Path) -> None:
    """A statement from a file, which no check has read, does not run."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "schema.sql").write_text("CREATE TABLE made (a INTEGER)")
    (tmp_path / "in" / "load.sql").write_text("")
    database = open_database(DatabaseSettings(tmp_path / "shop.duckdb", allowed_directories=(tmp_path / "in",)))
    with database.session(ANN) as session:
        for sql in (f"IMPORT DATABASE '{tmp_path}/in'", f"PRAGMA import_database('{tmp_path}/in')"):
            with pytest.raises(StatementRefused):
                session.run_single(sql)
        assert session.run("FROM duckdb_tables()", {}).rows == []


@pytest.mark.parametrize("name", ["bound", "duckdb", "self"])
def test_python_variables_are_not_tables(table: Session, name: str) -> None:
    """FROM looks at no variable of the code that runs the statement."""
    with pytest.raises(SqlFailed, match=f"Table with name {name} does not exist"):
        table.run_single(f"FROM {name}")
