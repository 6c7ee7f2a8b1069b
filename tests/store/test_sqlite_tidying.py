"""What a sweep and a count leave in the write-ahead log, and who moves it to the database."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.store import SqliteStore
from mxcp_flask.store.sqlite import tidying
from tests.contracts.store.samples import NOW
from tests.store.database_file import execute

WINDOW, LATER = 60, NOW + 10_000
TALLIES = 60


@pytest.fixture
def counted(store: SqliteStore, path: Path) -> SqliteStore:
    """Return a store with many counts whose time is over, all of them in the database and none in the log."""
    for number in range(TALLIES):
        store.count(f"{number:064}", NOW, WINDOW)
    execute(path, "PRAGMA wal_checkpoint(TRUNCATE)")
    assert in_database(path) == TALLIES
    return store


def in_database(path: Path) -> int:
    """Return how many counts are in the database's file itself, whatever is in the log beside it."""
    alone = path.with_name("alone.db")
    shutil.copyfile(path, alone)
    with closing(sqlite3.connect(alone)) as connection:
        [[found]] = connection.execute("SELECT count(*) FROM tally").fetchall()
    alone.unlink()
    return int(found)


def in_all(path: Path) -> int:
    """Return how many counts there are."""
    return int(execute(path, "SELECT count(*) FROM tally")[0][0])


def test_log_is_emptied_when_many_rows_have_gone(
    counted: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches go into the log, and from there to the database once they are many, not with each of them."""
    monkeypatch.setattr(tidying, "MANY", 40)
    seen = []
    for _ in range(3):
        counted.sweep(LATER, 20)
        seen.append((in_database(path), in_all(path)))

    assert seen == [(60, 40), (20, 20), (20, 0)]


def test_who_reads_meanwhile_is_not_waited_for(
    counted: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader keeps what it sees, and the sweep goes on."""
    monkeypatch.setattr(tidying, "MANY", 1)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM tally").fetchall() == [(TALLIES,)]
        for left in (40, 20, 0):
            assert counted.sweep(LATER, 20) == 20
            assert in_all(path) == left
        assert reader.execute("SELECT count(*) FROM tally").fetchall() == [(TALLIES,)]


def test_a_count_leaves_the_log_to_others(store: SqliteStore, path: Path) -> None:
    """However many calls are counted, none moves the log; the next change that must last does, when it is long."""
    for number in range(1_500):  # more pages than SQLite lets the log have
        store.count(f"{number:064}", NOW, WINDOW)
    before = in_database(path)
    store.claim_sweep(NOW, 30)

    assert before == 0
    assert in_database(path) == 1_500


def test_a_log_that_cannot_be_moved_stays(counted: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was swept is swept, also when the log cannot be moved at the moment."""

    def refuse(connection: sqlite3.Connection, statement: str, *values: Any) -> sqlite3.Cursor:
        if "wal_checkpoint" in statement:
            raise sqlite3.OperationalError("disk I/O error")
        return sqlite3.Connection.execute(connection, statement, *values)

    monkeypatch.setattr(tidying, "MANY", 1)
    monkeypatch.setattr("mxcp_flask.store.opening.Connection.execute", refuse)

    assert counted.sweep(LATER, 20) == 20
    assert in_all(path) == TALLIES - 20


def test_the_log_of_counts_has_a_bound(store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts alone, with nobody who signs in, move the log when it is very long."""
    monkeypatch.setattr("mxcp_flask.store.opening._UNTIDY", "PRAGMA wal_autocheckpoint = 50")
    for number in range(200):
        store.count(f"{number:064}", NOW, WINDOW)

    assert in_database(path) > 0
