"""The files of the SQLite store: private, and of our making."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.errors import StoreNotUsable, StoreSchemaNewer
from mxcp_flask.store import Keyring, SqliteStore
from mxcp_flask.store.migrations import SCHEMA_VERSION
from tests.contracts.store.samples import ACCESS, CLIENT, NOW, issue
from tests.store.database_file import KEYRING, execute


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

    names = ["oauth.db", "oauth.db-wal", "oauth.db-shm", "oauth.db-queue", "oauth.db.key"]
    assert modes == dict.fromkeys(names, 0o600)
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


def test_path_with_special_characters(tmp_path: Path) -> None:
    """A path is a path, also where a URI would see a query or an escape."""
    path = tmp_path / "a?b#c%20d ä" / "oauth.db"
    SqliteStore(path, KEYRING).close()

    assert path.stat().st_size > 0


def test_start_keeps_a_restore_out(path: Path) -> None:
    """While a store is made ready nobody can put another file there, and afterwards somebody can."""
    held: list[bool] = []

    class Watching(Keyring):
        """Looks whether the folder is locked when the check value is sealed."""

        def seal(self, plain: str, place: str) -> str:
            """Look, and seal."""
            held.append(is_held(path.parent))
            return super().seal(plain, place)

    SqliteStore(path, Watching({"k1": bytes(32)})).close()
    assert held == [True]
    assert not is_held(path.parent)


def is_held(folder: Path) -> bool:
    """Tell whether somebody is alone in ``folder``."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


# What is no database of ours.


def test_newer_schema(path: Path, store: SqliteStore) -> None:
    """A database of a later version is refused with both versions and left alone."""
    store.close()
    execute(path, f"PRAGMA user_version = {SCHEMA_VERSION + 1}")

    with pytest.raises(
        StoreSchemaNewer, match=f"has schema {SCHEMA_VERSION + 1}; this version knows up to {SCHEMA_VERSION}"
    ):
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
