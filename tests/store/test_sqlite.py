"""The store in a SQLite file."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreKeyWrong, StoreNotUsable, StoreSchemaNewer
from mxcp_flask.store import Keyring, SqliteStore
from mxcp_flask.store.schema import SCHEMA_VERSION
from tests.contracts.store import (
    ACCESS,
    APPROVED,
    CLIENT,
    CODE,
    GRANT,
    NOW,
    PENDING,
    StoreContract,
    approve,
    issue,
    race,
    take,
)
from tests.store.processes import open_anew, redeem_in_threads, run_at_once, use_in_fork

KEYRING = Keyring({"k1": bytes(32)})
OTHER = replace(GRANT, id="grant-2"), replace(CODE, code_hash=digest("code 2"), grant_id="grant-2")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of a database in a folder that does not exist yet."""
    return tmp_path / "home" / "state" / "oauth.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """Give an empty store."""
    store = SqliteStore(path, KEYRING)
    yield store
    store.close()


def execute(path: Path, *statements: str) -> list[Any]:
    """Run ``statements`` on the database behind the store's back; return the last one's rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return [connection.execute(statement).fetchall() for statement in statements][-1]


def bytes_at_rest(path: Path) -> bytes:
    """Return all bytes of the database file and its write-ahead log, which must hold something."""
    log = path.with_name(f"{path.name}-wal").read_bytes()
    assert log
    return path.read_bytes() + log


class TestSqliteStore(StoreContract):
    """Keeps every promise."""

    @pytest.fixture
    def store(self, store: SqliteStore) -> SqliteStore:
        """Give an empty store."""
        return store


# Files.


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_modes(path: Path, umask: int) -> None:
    """Whatever the umask, files are 0600 and the folders that were made 0700."""
    before = os.umask(umask)
    try:
        store = SqliteStore(path, Keyring.beside(path))
        store.add_client(CLIENT)
    finally:
        os.umask(before)
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    store.close()

    assert modes == dict.fromkeys(["oauth.db", "oauth.db-wal", "oauth.db-shm", "oauth.db.key"], 0o600)
    assert [folder.stat().st_mode & 0o777 for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


def test_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    """A folder that was there is left as it was."""
    tmp_path.chmod(0o755)
    SqliteStore(tmp_path / "oauth.db", KEYRING).close()

    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_open_to_others(path: Path, store: SqliteStore, mode: int) -> None:
    """A database that others may read or write is refused with the command that helps."""
    store.close()
    path.chmod(mode)

    with pytest.raises(StoreNotUsable, match=f"chmod 600 {path}"):
        SqliteStore(path, KEYRING)


def test_state_survives(path: Path, store: SqliteStore) -> None:
    """What one process left is there for the next."""
    issue(store)
    store.close()
    with closing(SqliteStore(path, KEYRING)) as again:
        assert again.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)


def test_path_with_special_characters(tmp_path: Path) -> None:
    """A path is a path, also where a URI would see a query or an escape."""
    path = tmp_path / "a?b#c%20d ä" / "oauth.db"
    SqliteStore(path, KEYRING).close()

    assert path.stat().st_size > 0


# What is no database of ours.


def test_newer_schema(path: Path, store: SqliteStore) -> None:
    """A database of a later version is refused with both versions and left alone."""
    store.close()
    execute(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    with pytest.raises(StoreSchemaNewer, match="has schema 2; this version knows up to 1"):
        SqliteStore(path, KEYRING)
    assert execute(path, "PRAGMA user_version") == [(SCHEMA_VERSION + 1,)]


@pytest.mark.parametrize(
    "statements", [["CREATE TABLE other (x)"], ["CREATE TABLE other (x)", f"PRAGMA user_version = {SCHEMA_VERSION}"]]
)
def test_database_of_another_program(tmp_path: Path, statements: list[str]) -> None:
    """A database with other tables is refused and gets none of ours."""
    path = tmp_path / "other.db"
    path.touch(0o600)
    execute(path, *statements)

    with pytest.raises(StoreNotUsable):
        SqliteStore(path, KEYRING)
    assert execute(path, "SELECT name FROM sqlite_schema") == [("other",)]


def test_not_a_database(tmp_path: Path) -> None:
    """A file of another kind is refused and left as it was."""
    path = tmp_path / "oauth.db"
    path.touch(0o600)
    path.write_bytes(b"DUCK" * 4096)

    with pytest.raises(StoreNotUsable, match="file is not a database"):
        SqliteStore(path, KEYRING)
    assert path.read_bytes() == b"DUCK" * 4096


def test_corrupt_database(path: Path, store: SqliteStore) -> None:
    """A damaged database gives StoreNotUsable, at start or at the first use."""
    issue(store)
    store.close()
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096 * 20)

    with pytest.raises(StoreNotUsable), closing(SqliteStore(path, KEYRING)) as damaged:
        damaged.find_token(ACCESS.token_hash, NOW)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("folder", "not a regular file"),
        ("file/oauth.db", "directory|exists"),
        ("file/below/oauth.db", "directory|exists"),
    ],
)
def test_no_place_for_a_database(tmp_path: Path, name: str, message: str) -> None:
    """A place where no file can be is refused with a short reason."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()

    with pytest.raises(StoreNotUsable, match=f"(?i){message}"):
        SqliteStore(tmp_path / name, KEYRING)


def test_old_sqlite(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A SQLite that lacks what the statements need is refused before anything is made."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))

    with pytest.raises(StoreNotUsable, match=r"needs SQLite 3\.37"):
        SqliteStore(path, KEYRING)
    assert not path.exists()


# Failures while it runs.


def test_deleted_database(path: Path) -> None:
    """A database that was deleted under the store is an error, and is not made again."""
    store = SqliteStore(path, KEYRING)
    path.unlink()

    with pytest.raises(StoreNotUsable, match="unable to open"):
        store.check()
    assert not path.exists()


def test_sqlite_error_in_any_method(path: Path, store: SqliteStore) -> None:
    """Whatever SQLite reports comes out as StoreNotUsable, and the store works again once the cause is gone."""
    execute(path, "ALTER TABLE token RENAME TO token_away")
    store.add_grant(GRANT, CODE)
    for call in (
        lambda: store.find_token(ACCESS.token_hash, NOW),
        lambda: store.redeem_code(CODE.code_hash, [ACCESS], NOW),
        lambda: store.sweep(NOW, 1),
    ):
        with pytest.raises(StoreNotUsable, match="no such table"):
            call()
    execute(path, "ALTER TABLE token_away RENAME TO token")

    assert store.redeem_code(CODE.code_hash, [ACCESS], NOW)


def test_interrupted_write(store: SqliteStore) -> None:
    """A write that any exception cuts short is undone, and the connection is fit for the next."""

    def write_half() -> None:
        with store._connections.write() as connection:
            connection.execute("INSERT INTO client VALUES ('half', '{}', NULL, 0, NULL, NULL)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert store.get_client("half") is None
    store.add_client(CLIENT)


# Secrets at rest.


def test_no_secret_at_rest(path: Path, store: SqliteStore) -> None:
    """No provider token and no verifier is readable in the database or its log."""
    store.add_pending(PENDING)
    approve(store)
    issue(store)
    data = bytes_at_rest(path)

    assert b"octo@example.com" in data
    for secret in (b"provider access token", b"provider refresh token", b"the verifier"):
        assert secret not in data


def flip(sealed: str) -> str:
    """Return ``sealed`` with one character of its ciphertext changed."""
    return sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]


def test_flipped_byte(path: Path, store: SqliteStore) -> None:
    """A provider token with a changed byte does not come back as something else."""
    issue(store)
    [[sealed]] = execute(path, "SELECT provider_token FROM grant_")
    execute(path, f"UPDATE grant_ SET provider_token = '{flip(sealed)}'")

    with pytest.raises(StoreKeyWrong, match=str(path)):
        store.find_token(ACCESS.token_hash, NOW)


def test_swapped_rows(path: Path, store: SqliteStore) -> None:
    """A provider token that was copied to another grant does not open there."""
    issue(store)
    store.add_grant(*OTHER)
    [[sealed]] = execute(path, "SELECT provider_token FROM grant_ WHERE id = 'grant-2'")
    execute(path, f"UPDATE grant_ SET provider_token = '{sealed}' WHERE id = 'grant-1'")

    with pytest.raises(StoreKeyWrong):
        store.find_token(ACCESS.token_hash, NOW)


def test_changed_verifier(path: Path, store: SqliteStore) -> None:
    """A state whose verifier does not open is not used up by the attempt."""
    store.add_pending(PENDING)
    approve(store)
    [[sealed]] = execute(path, "SELECT verifier FROM pending_authorization")
    execute(path, f"UPDATE pending_authorization SET verifier = '{flip(sealed)}'")

    with pytest.raises(StoreKeyWrong):
        take(store)
    execute(path, f"UPDATE pending_authorization SET verifier = '{sealed}'")
    assert take(store) == replace(APPROVED, stage="done")


def test_revoked_grant_keeps_no_provider_token(path: Path, store: SqliteStore) -> None:
    """A revoked grant's provider token is gone, though its row stays for a while."""
    issue(store)
    store.revoke_grant("grant-1", NOW)

    assert execute(path, "SELECT provider_token, revoked_at FROM grant_") == [(None, NOW)]


# Keys.


@pytest.mark.parametrize("keyring", [Keyring({"k1": bytes(31) + b"1"}), Keyring({"k2": bytes(32)})])
def test_wrong_key(path: Path, store: SqliteStore, keyring: Keyring) -> None:
    """Another key is noticed at start, even when nothing is sealed yet."""
    store.close()

    with pytest.raises(StoreKeyWrong, match=str(path)):
        SqliteStore(path, keyring)


def test_missing_key_file(path: Path) -> None:
    """Without its key file the database is refused, again and again, until the file is back."""
    SqliteStore(path, Keyring.beside(path)).close()
    file = path.with_name("oauth.db.key")
    file.rename(path.with_name("away"))

    for _ in range(2):
        with pytest.raises(StoreKeyWrong, match="is missing"):
            Keyring.beside(path)
    path.with_name("away").rename(file)
    SqliteStore(path, Keyring.beside(path)).close()


def test_retiring_a_key(path: Path, store: SqliteStore) -> None:
    """An old key may go once it seals nothing: not while a grant needs it, and without trouble afterwards."""
    issue(store)
    store.close()
    old, new = ("k1", bytes(32)), ("k2", bytes(range(32)))
    with closing(SqliteStore(path, Keyring(dict([new, old])))) as both:
        assert both.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)
    with pytest.raises(StoreKeyWrong, match="the key 'k1' is missing"):
        SqliteStore(path, Keyring(dict([new])))
    with closing(SqliteStore(path, Keyring(dict([new, old])))) as both:
        both.revoke_grant("grant-1", NOW)

    SqliteStore(path, Keyring(dict([new]))).close()


# Threads and processes.


@pytest.mark.usefixtures("store")
def test_constructor_leaves_nothing_open(path: Path) -> None:
    """After the start no connection is open, so that a server may load the application and then fork."""
    assert [file.name for file in path.parent.iterdir()] == ["oauth.db"]


def test_close_reaches_every_thread(store: SqliteStore, path: Path) -> None:
    """Closing closes what any thread opened, so SQLite removes its log; threads that ended leave nothing behind."""
    race(lambda: store.add_pending(replace(PENDING, handle_hash=digest(str(threading.get_ident())))))
    assert path.with_name("oauth.db-wal").exists()
    store.close()

    assert [file.name for file in path.parent.iterdir()] == ["oauth.db"]


def test_threads_one_after_another_share_a_connection(store: SqliteStore) -> None:
    """A server with a thread for each request does not pile up connections."""
    for _ in range(20):
        thread = threading.Thread(target=store.check)
        thread.start()
        thread.join()

    assert len(store._connections._here().idle) == 1


@pytest.mark.slow
def test_processes_start_at_once(path: Path) -> None:
    """Processes that all create the database and its key file at once work with the same ones."""
    assert run_at_once(open_anew, path, 6) == ["done"] * 6
    with closing(SqliteStore(path, Keyring.beside(path))) as store:
        assert all(store.get_client(f"client of {number}") for number in range(6))


@pytest.mark.slow
def test_processes_race_to_redeem(path: Path) -> None:
    """Of four processes with four threads each that redeem a code, exactly one thread succeeds."""
    with closing(SqliteStore(path, Keyring.beside(path))) as store:
        store.add_grant(GRANT, CODE)

    assert sum(run_at_once(redeem_in_threads, path, 4)) == 1
    assert execute(path, "SELECT count(*) FROM token") == [(1,)]


@pytest.mark.slow
def test_fork(path: Path) -> None:
    """A forked child uses the store, and loses nothing when its parent closes meanwhile."""
    assert run_at_once(use_in_fork, path, 1) == [["0 parent", "0 child before", "0 child after"]]


# The mapping.


@pytest.mark.parametrize("sample", [APPROVED, GRANT, CODE, ACCESS], ids=lambda sample: type(sample).__name__)
def test_samples_tell_fields_apart(sample: Any) -> None:
    """A sample has another value in each field, or its round trip could hide that two were swapped."""
    values = [getattr(sample, field.name) for field in fields(sample)]
    plain = [value for value in values if isinstance(value, (str, int))]

    assert len(set(plain)) == len(plain)


def test_live_token_takes_one_statement(store: SqliteStore) -> None:
    """Looking a token up, which every protected call does, is one statement."""
    issue(store)
    statements: list[str] = []
    connection = store._connections._here().idle[-1]
    connection.set_trace_callback(statements.append)
    store.find_token(ACCESS.token_hash, NOW)
    connection.set_trace_callback(None)

    assert len(statements) == 1
