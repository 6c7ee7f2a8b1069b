"""What happens to the file while the store works: the fault is told with what to do, and over when it is over."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.records import Grant
from mxcp_flask.store import SqliteStore, connections, opening, room
from tests.contracts.store.samples import ACCESS, CLIENT, GRANT, NOW, add_grant, issue
from tests.store.database_file import KEYRING, execute
from tests.store.processes import run_at_once

OTHER = replace(CLIENT, client_id="other")


@contextmanager
def refused(words: str) -> Iterator[None]:
    """Expect that the block's use of the store is refused with ``words``."""
    with pytest.raises(StoreNotUsable, match=words):
        yield


def in_use(store: SqliteStore) -> None:
    """Write something and leave a connection open."""
    store.add_client(CLIENT)
    assert store._connections._here().idle


def copy_of(path: Path, to: Path) -> Path:
    """Copy the whole database."""
    execute(path, f"VACUUM INTO '{to}'")
    to.chmod(0o600)
    return to


# Another file, or none.


def test_replaced_file(path: Path, store: SqliteStore) -> None:
    """When another file takes the place of the one in use, it is used from then on, and nothing goes to the old one."""
    in_use(store)
    new = copy_of(path, path.with_name("new.db"))
    old = path.rename(path.with_name("old.db"))
    path.with_name("oauth.db-wal").rename(old.with_name("old.db-wal"))
    path.with_name("oauth.db-shm").rename(old.with_name("old.db-shm"))
    new.rename(path)
    store.add_client(OTHER)
    store.close()

    assert len(execute(path, "SELECT * FROM client")) == 2
    assert len(execute(old, "SELECT * FROM client")) == 1


def test_file_that_is_away(path: Path, store: SqliteStore) -> None:
    """While the file in use is away every use is refused, nothing is written to it, and it is used again once back."""
    in_use(store)
    path.rename(path.with_name("away"))
    for use in (store.check, store.list_clients, lambda: store.add_client(OTHER)):
        with refused("it is missing. Put it back, or restore a backup: mxcp auth restore"):
            use()
    assert not path.exists()
    path.with_name("away").rename(path)

    assert store.list_clients() == [CLIENT]
    store.check()


@pytest.mark.parametrize("statement", ["PRAGMA user_version = 1", "PRAGMA user_version = 3"])
def test_file_of_another_schema(path: Path, store: SqliteStore, statement: str) -> None:
    """A file that is put there and has another schema is not used before a restart has looked at it."""
    store.close()
    execute(path, statement)

    with refused("its schema was 2 and is . now"):
        store.check()
    execute(path, "PRAGMA user_version = 2")
    store.check()


def test_emptied_file(path: Path, store: SqliteStore) -> None:
    """An emptied file is not taken for a new database, and what was in it is served when it is back."""
    issue(store)
    store.close()
    content = path.read_bytes()
    path.write_bytes(b"")

    with refused(r"its schema was 2 and is 0 now.*mxcp auth restore"):
        store.find_token(ACCESS.token_hash, NOW)
    path.write_bytes(content)
    assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)


# A file that cannot be read or written.


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda content: b"damage!!" + content[8:], "file is not a database"),
        (lambda content: content[:5000], "malformed"),
        (lambda content: content[:4096] + b"\xa5" * (len(content) - 4096), "malformed"),
    ],
    ids=["header", "cut", "noise"],
)
def test_damaged_file(path: Path, store: SqliteStore, damage: Callable[[bytes], bytes], words: str) -> None:
    """A damaged file is told with the way back, is not kept open, and is served again once it is whole."""
    issue(store)
    store.close()
    content = path.read_bytes()
    path.write_bytes(damage(content))
    for _ in range(2):
        with refused(f"{words}. It is damaged. Stop the server and restore a backup: mxcp auth restore"):
            store.find_token(ACCESS.token_hash, NOW)
    assert store._connections._here().idle == []
    path.write_bytes(content)

    assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)


def test_locked_file(path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program keeps the file locked, writing is refused with how to find it, and reading goes on."""
    in_use(store)
    store.close()
    monkeypatch.setattr(connections, "BUSY_TIMEOUT", 0.01)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with refused(f"locked. Another program .* fuser -v {path}"):
            store.check()
        assert store.list_clients() == [CLIENT]
    store.check()


def test_turn_that_does_not_come(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for the turn to write for as long as for a lock is refused, and does not wait for it once more."""
    monkeypatch.setattr(connections, "BUSY_TIMEOUT", 0.01)
    with store._connections.write(), refused("locked"):
        store.check()
    store.check()


def test_long_wait_before_the_lock(path: Path, store: SqliteStore) -> None:
    """Who has waited for its turn for all the time there is tries a locked file once, and is as patient as ever after.

    A try that waited for the lock would wait for this test's own thread, for minutes.
    """
    in_use(store)
    with store._connections.read() as connection, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            opening.begin(connection, 600.0, waited=601.0)
        assert connection.execute("PRAGMA busy_timeout").fetchone()[0] == 600_000


# A full disk. tests/services/test_full_disk.py has a real one.


def test_no_room_at_all(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room nothing is written, reading goes on, and writing too when there is room again."""
    in_use(store)
    with monkeypatch.context() as full:
        full.setattr(room, "TO_GROW", 2**80)
        full.setattr(room, "TO_WRITE", 2**80)
        for use in (store.check, lambda: store.add_client(OTHER)):
            with refused("its disk is full: .* KB are left, .* make room"):
                use()
        assert store.list_clients() == [CLIENT]
    store.add_client(OTHER)


def test_no_room_to_grow(path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file may not grow, revoking and sweeping work, and what fits; the check says that there is no room."""
    issue(store)
    monkeypatch.setattr(room, "TO_GROW", 2**80)
    [[pages]] = execute(path, "PRAGMA page_count")
    names = [f"grant {number}" for number in range(1000)]
    added = next(number for number, name in enumerate(names) if refusal_of(partial(add_grant, store, grant(name))))
    with refused("its disk is full"):
        store.check()
    assert len(store.list_grants(NOW)) == added + 1

    store.revoke_grant("grant-1", NOW)
    assert store.revoke_grants(NOW) == added
    assert store.find_token(ACCESS.token_hash, NOW) is None
    while store.sweep(NOW, 100):
        pass
    for name in names[:added]:
        add_grant(store, grant(name))
    assert execute(path, "PRAGMA page_count") == [(pages,)]


def grant(name: str) -> Grant:
    """Return a grant of that name."""
    return replace(GRANT, id=name)


def refusal_of(use: Callable[[], object]) -> str:
    """Return the words with which ``use`` is refused, or none."""
    try:
        use()
    except StoreNotUsable as error:
        return str(error)
    return ""


def _meet_a_limit(path: Path, number: int) -> list[str]:  # noqa: ARG001 (of processes, there is one)
    """Use a store whose files may not grow for a while; return what was refused."""
    with closing(SqliteStore(path, KEYRING)) as store:
        in_use(store)
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        size = path.with_name("oauth.db-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        refusals = [refusal_of(use) for use in (store.check, lambda: store.add_client(OTHER), store.check)]
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        store.check()
        store.add_client(OTHER)
    return refusals


@pytest.mark.slow
def test_check_after_a_failure(path: Path) -> None:
    """After a write that failed, the check writes too: a limit that nothing else shows keeps the server unready."""
    [[before, write, after]] = run_at_once(_meet_a_limit, path, 1)

    assert before == ""
    assert "a quota is used up" in write
    assert "a quota is used up" in after
