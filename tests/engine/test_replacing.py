"""A read-only database whose file is replaced while it is open."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings, Session
from mxcp_flask.errors import DatabaseNotUsable
from mxcp_flask.records import ANONYMOUS
from tests.engine.conftest import OpenDatabase


def create(path: Path, number: int) -> Path:
    """Make a database file with one number in it."""
    with closing(Database(DatabaseSettings(path))) as database, database.session(ANONYMOUS) as session:
        session.run(f"CREATE TABLE t AS SELECT {number} AS a", {})
    return path


def number_in(session: Session) -> int:
    """Return the number."""
    rows = session.run("SELECT a FROM t", {})
    return int(rows.rows[0][0])


def number_of(database: Database) -> int:
    """Return the number that a new session sees."""
    with database.session(ANONYMOUS) as session:
        return number_in(session)


def rename(path: Path, number: int) -> None:
    """Put another file in the place of the one that is open."""
    create(path.with_name("next.duckdb"), number).rename(path)


@pytest.fixture
def database(open_database: OpenDatabase, path: Path) -> Database:
    """Return a database that is opened read-only and has the number 1."""
    create(path, 1)
    opened = open_database(DatabaseSettings(path, readonly=True))
    assert number_of(opened) == 1
    return opened


def test_a_renamed_file_is_served_after_renewal(database: Database, path: Path) -> None:
    """Until it is told, the database goes on with the file that it has open; then it has the one that lies there."""
    rename(path, 2)
    assert number_of(database) == 1
    assert database.renew()

    assert number_of(database) == 2
    assert not database.renew()


def test_a_link_can_be_turned(open_database: OpenDatabase, tmp_path: Path) -> None:
    """A symbolic link that leads to another file is another file."""
    link, turned = tmp_path / "live.duckdb", tmp_path / "turned"
    link.symlink_to(create(tmp_path / "first.duckdb", 1))
    database = open_database(DatabaseSettings(link, readonly=True))
    assert number_of(database) == 1
    turned.symlink_to(create(tmp_path / "second.duckdb", 2))
    turned.rename(link)

    assert database.renew()
    assert number_of(database) == 2


def test_a_session_ends_as_it_began(database: Database, path: Path) -> None:
    """A session that is open sees the file that it began with; a new one waits for it, and sees the other one."""
    rename(path, 2)
    with ThreadPoolExecutor(1) as pool, ExitStack() as stack:
        session = stack.enter_context(database.session(ANONYMOUS))
        assert database.renew(patience=60)
        later = pool.submit(number_of, database)
        assert number_in(session) == 1
        assert not later.done()
        stack.close()

        assert later.result(30) == 2


def test_nobody_waits_for_ever(database: Database, path: Path) -> None:
    """When a session stays open, new ones go on with the file before, until none is open any more."""
    rename(path, 2)
    with database.session(ANONYMOUS):
        assert database.renew(patience=0)
        assert number_of(database) == 1

    assert number_of(database) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.with_name("junk").write_bytes(b"x" * 10_000) and path.with_name("junk").rename(path),
        lambda path: path.with_name("junk").write_bytes(b"") or path.with_name("junk").rename(path),
        lambda path: path.unlink(),
    ],
)
def test_a_file_that_cannot_be_opened_changes_nothing(
    database: Database, path: Path, spoil: Callable[[Path], object]
) -> None:
    """What is no database is refused, and the file before stays open."""
    spoil(path)
    with pytest.raises(DatabaseNotUsable, match=r"shop\.duckdb"):
        database.renew()

    assert number_of(database) == 1


def test_what_the_server_writes_is_its_own(open_database: OpenDatabase, path: Path) -> None:
    """A read-write file, and one that nobody has opened yet, are not looked at."""
    create(path, 1)
    writing, idle = (
        open_database(DatabaseSettings(path)), open_database(DatabaseSettings(path, readonly=True))
    )  # fmt: skip
    assert number_of(writing) == 1
    rename(path, 2)

    assert (writing.renew(), idle.renew()) == (False, False)
    assert number_of(writing) == 1


def test_threads_change_over_together(database: Database, path: Path) -> None:
    """Threads that never stop calling all see the new file soon, and fail at nothing."""
    stop, seen = threading.Event(), list[set[int]]()

    def call() -> None:
        numbers = set[int]()
        seen.append(numbers)
        while not stop.is_set() or 2 not in numbers:
            numbers.add(number_of(database))

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(call) for _ in range(4)]
        rename(path, 2)
        assert database.renew(patience=60)
        stop.set()
        for each in running:
            each.result(60)

    assert all(2 in numbers for numbers in seen)
