"""The sandbox: what SQL reaches of the file system and of the configuration."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings, Session
from mxcp_flask.errors import SqlFailed
from mxcp_flask.host import Host
from mxcp_flask.records import ANONYMOUS
from tests.engine.conftest import ANN, BOB, OpenDatabase


def boxed(open_database: OpenDatabase, tmp_path: Path) -> Database:
    """Return a database that may use the folder ``it's in`` beside the folder ``out``, each with a file."""
    for name in ("it's in", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.csv").write_text("a\n1\n")
    (tmp_path / "it's in" / "link.csv").symlink_to(tmp_path / "out" / "x.csv")
    return open_database(DatabaseSettings(tmp_path / "shop.duckdb", allowed_directories=(tmp_path / "it's in",)))


def test_allowed_folder_is_read_and_written(open_database: OpenDatabase, tmp_path: Path) -> None:
    """Files of an allowed folder can be read and written."""
    with boxed(open_database, tmp_path).session(ANN) as session:
        assert session.run("SELECT a FROM read_csv($f)", {"f": str(tmp_path / "it's in" / "x.csv")}).rows == [(1,)]
        session.run(f"COPY (SELECT 2) TO '{tmp_path}/it''s in/y.csv' (HEADER false)", {})

    assert (tmp_path / "it's in" / "y.csv").read_text() == "2\n"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{tmp}/out/x.csv')",
        "SELECT * FROM '{tmp}/out/x.csv'",
        "SELECT * FROM read_text('{tmp}/it''s in/../out/x.csv')",
        "SELECT * FROM read_text('file://{tmp}/out/x.csv')",
        "SELECT * FROM glob('{tmp}/out/*')",
        "SELECT * FROM read_text('/etc/passwd')",
        "COPY (SELECT 1) TO '{tmp}/out/y.csv'",
        "ATTACH '{tmp}/out/y.duckdb'",
        "EXPORT DATABASE '{tmp}/out/y'",
        "SELECT * FROM 'http://127.0.0.1:9/x.csv'",
    ],
)
def test_other_files_are_out_of_reach(open_database: OpenDatabase, tmp_path: Path, sql: str) -> None:
    """No path or URL leads out of the allowed folders."""
    with boxed(open_database, tmp_path).session(ANN) as session, pytest.raises(SqlFailed, match="Permission Error"):
        session.run(sql.format(tmp=tmp_path), {})

    assert [file.name for file in (tmp_path / "out").iterdir()] == ["x.csv"]


def test_links_are_out_of_reach(open_database: OpenDatabase, tmp_path: Path) -> None:
    """No link leads out of the allowed folders."""
    with boxed(open_database, tmp_path).session(ANN) as session, pytest.raises(SqlFailed, match="Permission Error"):
        session.run("SELECT * FROM read_text($f)", {"f": str(tmp_path / "it's in" / "link.csv")})


@pytest.mark.parametrize(
    "sql",
    [
        "SET enable_external_access = true",
        "RESET enable_external_access",
        "SET allowed_directories = ['/']",
        "SET allowed_paths = ['/etc/passwd']",
        "SET lock_configuration = false",
        "SET memory_limit = '1TB'",
        "SET enable_logging = true",
        "SET autoload_known_extensions = true",
        "PRAGMA enable_profiling = 'json'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '/tmp/any.duckdb_extension'",
    ],
)
def test_configuration_is_locked(session: Session, sql: str) -> None:
    """No statement opens the sandbox again, loads an extension or sets logging on."""
    with pytest.raises(SqlFailed, match=r"has been locked|disabled (by|through) configuration"):
        session.run(sql, {})


def test_a_log_of_statements_shows_no_token(ann: Session, database: Database) -> None:
    """Where trusted SQL can switch on the log in spite of the lock, it shows no session's token."""
    with suppress(SqlFailed):  # DuckDB 2 refuses
        ann.run("CALL enable_logging('QueryLog')", {})
    with database.session(BOB) as session:
        assert session.run("SELECT get_user_external_token()", {}).rows == [(BOB.external_token,)]

    log = str(ann.run("FROM duckdb_logs()", {}).rows)
    assert [person.external_token for person in (ANN, BOB) if person.external_token in log] == []


def test_extensions_are_not_fetched(session: Session) -> None:
    """Extensions are neither installed nor loaded by themselves."""
    settings = "SELECT current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"

    assert session.run(settings, {}).rows == [(False, False)]


def test_secrets_of_the_home_folder_are_not_read(session: Session) -> None:
    """Stored secrets of whoever runs the server are out of reach, and listing secrets does not fail."""
    assert session.run("FROM duckdb_secrets()", {}).rows == []


@pytest.mark.parametrize(("configured", "processes", "threads"), [(3, 1, 3), (3, 64, 3), (None, 64, 1)])
def test_threads(path: Path, configured: int | None, processes: int, threads: int) -> None:
    """A process runs statements on as many threads as configured, else on its share of the cores, at least one."""
    database = Database(DatabaseSettings(path, threads=configured), host=Host(processes=lambda: processes))
    with database.session(ANONYMOUS) as session:
        assert session.run("SELECT current_setting('threads')", {}).rows == [(threads,)]
    database.close()


@pytest.mark.parametrize("readonly", [False, True])
def test_large_statements_spill(open_database: OpenDatabase, path: Path, *, readonly: bool) -> None:
    """Data larger than the memory limit goes through the temporary folder, which leaves nothing behind."""
    Database(DatabaseSettings(path)).check()
    database = open_database(DatabaseSettings(path, readonly=readonly, memory_limit="60MB"))
    with database.session(ANONYMOUS) as session:
        session.run(
            "CREATE TEMP TABLE big AS SELECT md5(i::VARCHAR) || md5((-i)::VARCHAR) AS h FROM range(1500000) r(i);"
            "CREATE TEMP TABLE sorted AS FROM big ORDER BY h",
            {},
        )
        assert session.run("SELECT count(*) FROM sorted", {}).rows == [(1_500_000,)]
        assert session.run("SELECT count(*) > 0 FROM duckdb_temporary_files()", {}).rows == [(True,)]
    database.close()

    assert [file.name for file in path.parent.iterdir() if "tmp" in file.name] == []
