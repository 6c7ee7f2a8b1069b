"""Opening, sharing and closing the database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest

from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import DatabaseNotUsable
from mxcp_flask.records import ANONYMOUS, Identity
from tests.engine.conftest import ANN, OpenDatabase

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=len(sys.argv) > 2)
print("held", flush=True)
sys.stdin.read()
"""


def create(path: Path) -> None:
    """Make a database file with a table t of one row."""
    database = Database(DatabaseSettings(path))
    with database.session(ANONYMOUS) as session:
        session.run("CREATE TABLE t AS SELECT 1 AS a", {})
    database.close()


def test_opens_when_first_needed(open_database: OpenDatabase, path: Path) -> None:
    """No file is made before the first session."""
    database = open_database(DatabaseSettings(path))
    assert not path.exists()

    database.check()
    assert path.exists()


def test_makes_the_folder(open_database: OpenDatabase, tmp_path: Path) -> None:
    """A read-write database is created together with its folder."""
    open_database(DatabaseSettings(tmp_path / "a" / "b" / "shop.duckdb")).check()

    assert (tmp_path / "a" / "b" / "shop.duckdb").is_file()


def test_many_threads_open_one_database(database: Database) -> None:
    """Threads that come at once share one database."""
    together = Barrier(16)

    def work(number: int) -> None:
        together.wait()
        with database.session(ANN) as session:
            session.run(f"CREATE TABLE t{number} (a INTEGER)", {})

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    with database.session(ANN) as session:
        assert session.run("SELECT count(*) FROM duckdb_tables()", {}).rows == [(16,)]


def test_close_lets_go_of_the_file(database: Database, path: Path, open_database: OpenDatabase) -> None:
    """After closing, another database may open the file; the closed one opens again when asked."""
    database.check()
    database.close()
    database.close()

    other = open_database(DatabaseSettings(path))
    other.check()
    other.close()
    database.check()


def test_readonly_reads_only(open_database: OpenDatabase, path: Path) -> None:
    """A read-only database answers, takes temporary objects, and is not written."""
    create(path)
    with open_database(DatabaseSettings(path, readonly=True)).session(ANN) as session:
        assert session.run("SELECT get_username(), a FROM t", {}).rows == [("ann", 1)]
        session.run("CREATE TEMP TABLE mine AS FROM t", {})
        with pytest.raises(Exception, match="read-only mode"):
            session.run("INSERT INTO t VALUES (2)", {})


@pytest.mark.parametrize("readonly", [True, False])
def test_held_by_another_process(open_database: OpenDatabase, path: Path, *, readonly: bool) -> None:
    """The message names both ways out when another process holds the file for writing."""
    create(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(DatabaseNotUsable, match=r"readonly: true .* --readonly.* one worker process with threads"):
            open_database(DatabaseSettings(path, readonly=readonly)).check()
        assert holder.stdin is not None
        holder.stdin.close()


def test_readonly_is_shared_by_processes(open_database: OpenDatabase, path: Path) -> None:
    """Any number of processes may read one file."""
    create(path)
    command = [sys.executable, "-c", HOLD, str(path), "readonly"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        open_database(DatabaseSettings(path, readonly=True)).check()
        assert holder.stdin is not None
        holder.stdin.close()


def test_open_in_this_process_already(database: Database, open_database: OpenDatabase, path: Path) -> None:
    """A second database object on the same file is refused and does the first one no harm."""
    database.check()

    for readonly in (False, True):
        with pytest.raises(DatabaseNotUsable, match="this process has it open already"):
            open_database(DatabaseSettings(path, readonly=readonly)).check()
    database.check()


def test_unusable_paths(open_database: OpenDatabase, tmp_path: Path) -> None:
    """Each path that cannot be a database is refused in one line that says why."""
    (tmp_path / "text").write_bytes(b"x" * 10_000)
    (tmp_path / "sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 10_000)
    refused = {
        DatabaseSettings(tmp_path / "none", readonly=True): "does not exist, and read-only does not create it",
        DatabaseSettings(tmp_path): "is a directory",
        DatabaseSettings(tmp_path / "text"): "not a DuckDB database",
        DatabaseSettings(tmp_path / "sqlite"): "not a DuckDB database",
        DatabaseSettings(tmp_path / "text" / "db"): "exists|Not a directory",
        DatabaseSettings(tmp_path / "new", memory_limit="lots"): "Memory (limit )?must have a number",
    }
    for settings, reason in refused.items():
        with pytest.raises(DatabaseNotUsable, match=reason) as caught:
            open_database(settings).check()
        assert "\n" not in str(caught.value)
        assert str(settings.path) in str(caught.value)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Let root, who may read everything, be somebody else."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)


def test_no_permission(open_database: OpenDatabase, path: Path) -> None:
    """A file that may not be read is refused with the system's reason."""
    create(path)
    path.chmod(0)

    with as_nobody(), pytest.raises(DatabaseNotUsable, match="Permission denied"):
        open_database(DatabaseSettings(path, readonly=True)).check()


def test_refused_identity_shows_no_token(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the user functions cannot be defined, the error holds neither the statement's token nor its cause."""
    identity = Identity("ann", external_token="gho_0123456789abcdef")
    monkeypatch.setattr("mxcp_flask.engine.user_functions._REMEMBER_TOKEN", "SELECT error($token)")

    with pytest.raises(DatabaseNotUsable) as caught, database.session(identity):
        pass

    assert identity.external_token not in str(caught.value)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
