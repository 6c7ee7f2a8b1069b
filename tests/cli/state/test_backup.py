"""``mxcp auth backup``, beside a server that runs."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mxcp_flask.store import Keyring, SqliteStore
from tests.cli.conftest import Mxcp
from tests.cli.state.conftest import NEW, OLD, configure, names_in
from tests.store.database_file import execute
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor


def test_backup(mxcp: Mxcp, visitor: Visitor, database: Path, file: Path) -> None:
    """While the server goes on, one private file gets all state; a store on it has what the server has."""
    client_id, tokens = visitor.get_tokens()
    ran = mxcp("auth", "backup", str(file))

    assert (ran.exit_code, ran.stderr) == (0, "")
    first, second = ran.stdout.splitlines()
    held = "clients: 1, live grants: 1, people: 1, latest entry: "
    assert first.startswith(f"{file}: {file.stat().st_size:,} bytes, checked ({held}")
    assert second.startswith(f"It opens only with key1 of {database}.key. Keep a copy")
    assert names_in(file.parent) == {"state.db"}
    assert file.stat().st_mode & 0o777 == 0o600
    assert visitor.whoami(tokens["access_token"]) == "ada-fixture"
    served = visitor.client.application.extensions["mxcp"].oauth.store
    with closing(SqliteStore(file, Keyring.beside(database))) as copy:
        now = int(time.time())
        assert copy.list_clients() == served.list_clients()
        assert [each.id for each in copy.list_grants(now)] == [each.id for each in served.list_grants(now)]
        assert copy.get_client(client_id) is not None
    assert execute(file, "PRAGMA integrity_check") == [("ok",)]


def test_backup_in_json(mxcp: Mxcp, visitor: Visitor, file: Path) -> None:
    """Programs get what is in the backup, and which keys it needs."""
    visitor.get_token()
    answer = json.loads(mxcp("auth", "backup", str(file), "--json-output").stdout)

    assert answer["status"] == "ok"
    latest = answer["result"].pop("latest")
    assert latest.startswith(time.strftime("%Y-%m-%dT", time.gmtime()))
    assert answer["result"] == {
        "file": str(file),
        "bytes": file.stat().st_size,
        "clients": 1,
        "grants": 1,
        "people": 1,
        "keys": ["key1"],
        "with_key": False,
    }


def test_backup_with_key(mxcp: Mxcp, visitor: Visitor, file: Path) -> None:
    """With its key beside it, which is private too, the backup opens by itself."""
    token = visitor.get_token()
    ran = mxcp("auth", "backup", str(file), "--with-key")

    assert f"It opens with {file}.key. Whoever has both" in ran.stdout
    assert names_in(file.parent) == {"state.db", "state.db.key"}
    assert file.with_name("state.db.key").stat().st_mode & 0o777 == 0o600
    assert token not in ran.stdout
    with closing(SqliteStore(file, Keyring.beside(file))) as copy:
        [grant] = copy.list_grants(int(time.time()))
        found = copy.find_grant(grant.id, int(time.time()))
        assert found
        assert found.provider_token


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("there", ["state.db", "state.db.key"])
def test_nothing_is_written_over(mxcp: Mxcp, file: Path, there: str) -> None:
    """A file that is there stays as it is, unless that is wanted."""
    taken = file.with_name(there)
    taken.write_text("precious")
    ran = mxcp("auth", "backup", str(file), "--with-key")

    assert ran.exit_code == 1
    assert f"The backup {taken} cannot be written: it exists." in ran.stderr
    assert "--force" in ran.stderr
    assert taken.read_text() == "precious"
    assert names_in(file.parent) == {there}
    taken.chmod(0o644)
    assert mxcp("auth", "backup", str(file), "--with-key", "--force").exit_code == 0
    assert {each.stat().st_mode & 0o777 for each in file.parent.iterdir()} == {0o600}
    SqliteStore(file, Keyring.beside(file)).close()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "name", ["oauth.db", "oauth.db-wal", "oauth.db-shm", "oauth.db-queue", "oauth.db.key", "../state/oauth.db"]
)
def test_the_state_itself_is_no_place(mxcp: Mxcp, database: Path, name: str) -> None:
    """Not even by force does a backup go over the files of the state that it saves."""
    before = database.read_bytes()
    ran = mxcp("auth", "backup", str(database.parent / name), "--force")

    assert ran.exit_code == 1
    assert "it belongs to the database itself" in ran.stderr
    assert database.read_bytes() == before


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("place", "reason"), [("nowhere/state.db", "there is no folder"), (".", "it is not a regular file")]
)
def test_no_place_for_a_backup(mxcp: Mxcp, file: Path, place: str, reason: str) -> None:
    """A place where no file can be is refused with a short reason."""
    ran = mxcp("auth", "backup", str(file.parent / place), "--force")

    assert ran.exit_code == 1
    assert reason in ran.stderr


def test_configured_keys(mxcp: Mxcp, site: Site, database: Path, file: Path) -> None:
    """Keys of the configuration are named and not written to a file, also when that is asked for."""
    configure(site, database, f"{NEW},{OLD}")
    site.app().extensions["mxcp"].oauth.store.close()
    ran = mxcp("auth", "backup", str(file), "--with-key")
    assert (ran.exit_code, names_in(file.parent)) == (1, set())
    assert "--with-key has nothing to copy" in ran.stderr

    ran = mxcp("auth", "backup", str(file))
    assert "It opens only with n of encryption_keys." in ran.stdout
    assert NEW not in ran.stdout


def test_no_state_yet(mxcp: Mxcp, database: Path, file: Path) -> None:
    """Where no server has run yet, the error says so, and neither database nor keys are made."""
    ran = mxcp("auth", "backup", str(file))

    assert ran.exit_code == 1
    assert f"{database} cannot be used: it is missing. A server makes it when it starts." in ran.stderr
    assert not database.parent.exists()


def test_damaged_state(mxcp: Mxcp, app: Flask, database: Path, file: Path) -> None:
    """A damaged database gives no backup."""
    app.extensions["mxcp"].oauth.store.close()
    database.write_bytes(database.read_bytes()[:4096] + b"\xa5" * 4096 * 29)
    ran = mxcp("auth", "backup", str(file))

    assert ran.exit_code == 1
    assert "cannot be" in ran.stderr
    assert names_in(file.parent) == set()


def test_state_of_other_keys(mxcp: Mxcp, visitor: Visitor, database: Path, file: Path) -> None:
    """A backup that our keys would not open is not made: nobody could restore it."""
    visitor.get_token()
    database.with_name("oauth.db.key").write_text(NEW.replace("n:", "key1:"))
    ran = mxcp("auth", "backup", str(file))

    assert ran.exit_code == 1
    assert "written with another encryption key" in ran.stderr
    assert names_in(file.parent) == set()


@pytest.mark.parametrize("command", [["backup", "x"], ["restore", "x", "--revoke-all"]])
def test_state_in_postgresql(mxcp: Mxcp, site: Site, command: list[str]) -> None:
    """State in PostgreSQL is saved by PostgreSQL's own programs, which the error names."""
    persistence: dict[str, Any] = {"type": "postgresql", "url": "postgresql://127.0.0.1/mxcp", "encryption_keys": OLD}
    site.configure(github_auth(persistence=persistence))
    ran = mxcp("auth", *command)

    assert (ran.exit_code, ran.stdout) == (1, "")
    assert "Back it up with pg_dump and bring it back with pg_restore" in ran.stderr


def test_backup_is_audited(mxcp: Mxcp, site: Site, database: Path, file: Path, tmp_path: Path) -> None:
    """The audit says that the state was copied, and where to."""
    audit = tmp_path / "audit.jsonl"
    sqlite = {"type": "sqlite", "path": str(database)}
    site.configure(github_auth(persistence=sqlite, audit={"path": str(audit)}))
    site.app().extensions["mxcp"].oauth.store.close()
    assert mxcp("auth", "backup", str(file)).exit_code == 0
    line = json.loads(audit.read_text().splitlines()[-1])

    assert (line["event"], line["reason"]) == ("state_copied", str(file))
