"""Which tables SQL names that are not there: a table ``plants``, a view on it and one on a file are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings, FindMissing, missing_tables
from mxcp_flask.errors import DatabaseNotUsable
from mxcp_flask.records import ANONYMOUS

MADE = """
CREATE TABLE plants (name VARCHAR, light VARCHAR);
CREATE VIEW shady AS FROM plants WHERE light = 'shade';
CREATE SCHEMA garden;
CREATE TABLE garden.beds (name VARCHAR);
CREATE MACRO named(n) AS TABLE SELECT * FROM plants WHERE name = n;
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> DatabaseSettings:
    """Return a database with these tables."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "beds.csv").write_text("name,size\nnorth,3\n")
    made = DatabaseSettings(folder / "db.duckdb", project_dir=folder)
    with closing(Database(made)) as database, database.session(ANONYMOUS) as session:
        session.run(MADE, {})
        session.run(f"CREATE VIEW filed AS FROM '{folder}/beds.csv'", {})
    return made


@pytest.fixture
def find(settings: DatabaseSettings) -> Iterator[FindMissing]:
    """Return what tells of SQL which tables are missing."""
    with missing_tables(settings) as found:
        yield found


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM plants WHERE name = $name AND light = get_username()",
        "FROM shady, filed",
        "SELECT * FROM garden.beds, named($n), range(3), duckdb_tables(), information_schema.tables",
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT * FROM n",
        "WITH q AS (SELECT 1), r AS (FROM q) SELECT * FROM r",
        "INSERT INTO plants SELECT 'a', 'b' RETURNING name",
        "UPDATE plants SET name = 'x' WHERE name = $n; DELETE FROM plants; SELECT count(*) FROM plants",
        "CREATE TABLE IF NOT EXISTS Notes (t VARCHAR); INSERT INTO notes VALUES ($t); SELECT * FROM main.notes",
        "CREATE TEMP TABLE t AS FROM plants; SELECT * FROM t",
        'CREATE OR REPLACE TEMP VIEW "my view" AS FROM plants; FROM "my view"',
        "CREATE TABLE a (i INT); ALTER TABLE a RENAME TO b; FROM b",
        "CREATE SCHEMA s; CREATE TABLE s.t (i INT); FROM s.t",
        "ATTACH 'other.duckdb' AS other; SELECT * FROM other.t",
        "ATTACH 'other.duckdb' AS other; USE other; SELECT * FROM t",
        "SELECT * FROM read_json_auto('https://api.example/x', headers = MAP {'a': 'b'})",
        "SELECT * FROM read_json_auto('https://api.example/x')",
        "SELECT * FROM read_csv($file)",
        "FROM 'beds.csv'",
        "FROM 'missing.parquet'",
        "FROM 'sheet.xlsx'",
        "FROM 'data/*.shp'",
        "FROM 'https://api.example/x'",
        "FROM postgres_scan('host=h', 'public', 't')",
        "FROM delta_scan('x')",
        "SELECT no_such_function(name), no_such_column FROM plants",
        "PIVOT plants ON light USING count(*)",
        "BEGIN; INSERT INTO plants VALUES ('a', 'b'); COMMIT",
        "SELECT getvariable('x'), $a[1], $b.c FROM plants LIMIT $n",
        "this is no SQL",
        "",
    ],
)
def test_nothing_is_missing(find: FindMissing, sql: str) -> None:
    """Tables, views, macros, CTEs, files, functions, and what the source itself makes or attaches are not missing."""
    assert find(sql) == ()


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("SELECT * FROM notes WHERE n = $n", ["notes"]),
        ("INSERT INTO notes VALUES ($n)", ["notes"]),
        ("UPDATE notes SET n = 1; DELETE FROM tasks", ["notes", "tasks"]),
        ("WITH q AS (SELECT 1) SELECT * FROM q, notes", ["notes"]),
        ("SELECT (SELECT max(n) FROM notes) + $x", ["notes"]),
        ("SELECT * FROM garden.paths", ["paths"]),
        ("SELECT * FROM elsewhere.paths", ["elsewhere.paths"]),
        ('FROM "my table"', ["my table"]),
        ("COPY notes TO 'notes.csv'", ["notes"]),
        ("DESCRIBE notes", ["notes"]),
        ("PIVOT notes ON a USING sum(b)", ["notes"]),
        ("CREATE TEMP TABLE t (i INT); SELECT * FROM notes, t", ["notes"]),
        ("SELECT * FROM notes; ATTACH 'o.duckdb' AS o; SELECT * FROM tasks", ["notes"]),
        ("SELECT * FROM notes; SELECT * FROM notes", ["notes"]),
    ],
)
def test_a_missing_table_is_named(find: FindMissing, sql: str, names: list[str]) -> None:
    """What DuckDB itself does not find must be named once, wherever in the source it stands."""
    assert [each.name for each in find(sql)] == names


@pytest.mark.parametrize(("sql", "like"), [("FROM plant", "plants"), ("FROM zzz", None)])
def test_what_it_looks_like(find: FindMissing, sql: str, like: str | None) -> None:
    """A table of the project that looks like it must be told, and none of DuckDB's own."""
    assert [each.like for each in find(sql)] == [like]


def test_without_a_database(tmp_path: Path) -> None:
    """Where there is no file all tables are missing, and none is made."""
    with missing_tables(DatabaseSettings(tmp_path / "db.duckdb")) as find:
        assert [each.name for each in find("FROM plants")] == ["plants"]
        assert find("CREATE TABLE t (i INT); FROM t") == ()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_changed(settings: DatabaseSettings) -> None:
    """What the SQL would do must not be done."""
    with missing_tables(settings) as find:
        find("INSERT INTO plants VALUES ('a', 'b'); CREATE TABLE other (i INT); DROP TABLE plants")
    with closing(Database(settings)) as database, database.session(ANONYMOUS) as session:
        assert session.run("SELECT count(*) FROM plants", {}).rows == [(0,)]


def test_what_is_no_database(tmp_path: Path) -> None:
    """A file that cannot be opened must be told as ever."""
    path = tmp_path / "db.duckdb"
    path.write_text("nothing")
    with pytest.raises(DatabaseNotUsable, match="it is not a DuckDB database"), missing_tables(DatabaseSettings(path)):
        raise AssertionError
