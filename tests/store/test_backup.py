"""Backups of a store while it is written to."""

from __future__ import annotations

import itertools
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import BackupFailed, StoreSchemaNewer
from mxcp_flask.store import Keyring, SqliteStore
from mxcp_flask.store.sqlite.backup import back_up
from tests.contracts.store.samples import ACCESS, CODE, GRANT, NOW, REFRESH
from tests.store.database_file import KEYRING, execute


def sign_in(store: SqliteStore, name: str) -> None:
    """Add a grant with its code and tokens, in two transactions."""
    code = replace(CODE, code_hash=digest(f"code {name}"), grant_id=name)
    tokens = [replace(each, token_hash=digest(f"{each.kind} {name}"), grant_id=name) for each in (ACCESS, REFRESH)]
    store.add_grant(replace(GRANT, id=name), code)
    assert store.redeem_code(code.code_hash, tokens, NOW)


def test_backups_while_it_is_written(path: Path, store: SqliteStore, tmp_path: Path) -> None:
    """Each backup is of one moment: each code has its grant, each redeemed one its tokens, and no backup has fewer."""
    done = threading.Event()

    def write() -> None:
        for number in itertools.count():
            sign_in(store, str(number))
            if done.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    sizes = []
    for number in range(10):
        file = tmp_path / f"{number}.db"
        back_up(path, KEYRING, file, NOW, key=False, replace=False)
        [[grants]] = execute(file, "SELECT count(*) FROM grant_")
        [[codes]] = execute(file, "SELECT count(*) FROM authorization_code")
        [[redeemed]] = execute(file, "SELECT count(*) FROM authorization_code WHERE used_at IS NOT NULL")
        [[tokens]] = execute(file, "SELECT count(*) FROM token")
        assert (codes, tokens) == (grants, 2 * redeemed)
        sizes.append(grants)
    done.set()
    writer.join()

    assert sizes == sorted(sizes)
    with closing(SqliteStore(tmp_path / "9.db", KEYRING)) as copy:
        assert len(copy.list_grants(NOW)) == sizes[-1]


def test_a_backup_tells_that_it_goes_on(path: Path, store: SqliteStore, tmp_path: Path) -> None:
    """While a database of some size is copied and checked, whoever waits hears of it."""
    ticks: list[int] = []
    for number in range(300):
        sign_in(store, str(number))

    back_up(path, KEYRING, tmp_path / "copy.db", NOW, key=False, replace=False, tick=lambda: ticks.append(1))
    assert ticks


def test_backup_before_an_update(tmp_path: Path) -> None:
    """A database of an older schema is copied as it is, and not brought forward under the server that uses it."""
    old, file = tmp_path / "oauth.db", tmp_path / "backup.db"
    for script in ("schema_1.sql", "schema_1_rows.sql"):
        text = Path(__file__).with_name(script).read_text(encoding="utf-8")
        run_script(old, text)
    found = back_up(old, KEYRING, file, NOW, key=False, replace=False)

    assert (found.clients, found.grants, found.people, found.key_ids) == (2, 2, 1, ("k1",))
    assert execute(old, "PRAGMA user_version") == execute(file, "PRAGMA user_version") == [(1,)]


def run_script(path: Path, script: str) -> None:
    """Run ``script``, statement by statement, on the database at ``path``."""
    execute(path, *(statement for statement in script.split(";\n") if statement.strip()))


def test_database_of_a_newer_version(path: Path, store: SqliteStore, tmp_path: Path) -> None:
    """A database that a later version wrote is left to that version."""
    store.close()
    execute(path, "PRAGMA user_version = 99")

    with pytest.raises(StoreSchemaNewer):
        back_up(path, KEYRING, tmp_path / "backup.db", NOW, key=False, replace=False)


def test_somebody_was_faster(path: Path, store: SqliteStore, tmp_path: Path) -> None:
    """A file that appears while the copy is made is not written over."""
    file = tmp_path / "backup.db"

    class Slow(Keyring):
        """A keyring that something happens before."""

        def open(self, sealed: str, place: str, path: Path | str = "in use") -> str:
            """Let the file appear, and open the value."""
            file.touch()
            return super().open(sealed, place, path)

    with pytest.raises(BackupFailed, match="File exists"):
        back_up(path, Slow({"k1": bytes(32)}), file, NOW, key=False, replace=False)
    assert file.read_bytes() == b""
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["backup.db"]
    store.check()
