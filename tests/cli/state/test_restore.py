"""``mxcp auth restore``: what a backup brings back, and what it must not."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from mxcp_flask.demo import servers
from mxcp_flask.store import Keyring, SqliteStore, migrations
from tests.cli.conftest import Mxcp
from tests.cli.state.conftest import NEW, OLD, configure, names_in
from tests.store.database_file import execute
from tests.support import live
from tests.support.clock import Clock
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor

SCRIPTS = Path(__file__).resolve().parents[2] / "store"


def rest(visitor: Visitor) -> None:
    """Let the server close its connections, as one that has stopped."""
    visitor.client.application.extensions["mxcp"].oauth.store.close()


def save(mxcp: Mxcp, file: Path, *options: str) -> None:
    """Make a backup."""
    ran = mxcp("auth", "backup", str(file), *options)
    assert ran.exit_code == 0, ran.output


def bring_back(mxcp: Mxcp, file: Path, option: str = "--keep-grants") -> str:
    """Restore it, and return what was said."""
    ran = mxcp("auth", "restore", str(file), option)
    assert (ran.exit_code, ran.stderr) == (0, "")
    return ran.stdout


def lives(visitor: Visitor, token: str) -> bool:
    """Tell whether the server takes ``token``."""
    return visitor.call(token, "ping").status_code == 200


def before_of(database: Path) -> list[Path]:
    """Return the databases that were put aside."""
    return sorted(each for each in database.parent.iterdir() if ".before-" in each.name)


# What comes back.


def test_keep_grants(mxcp: Mxcp, visitor: Visitor, database: Path, file: Path) -> None:
    """State is as it was then: who was revoked since is back, who came since is gone, and today's state is kept."""
    early, revoked = visitor.get_token(), visitor.get_token()
    save(mxcp, file)
    mxcp("auth", "revoke", "--all")
    late = visitor.get_token()
    rest(visitor)
    said = bring_back(mxcp, file)

    assert [lives(visitor, token) for token in (early, revoked, late)] == [True, True, False]
    assert visitor.whoami(early) == "ada-fixture"
    assert f"{database} is as {file} was (clients: 2, live grants: 2, people: 1" in said
    assert "Grants revoked since then are alive again" in said
    [before] = before_of(database)
    assert f"The state from before is in {before}." in said
    with closing(SqliteStore(before, Keyring.beside(database))) as kept:
        assert len(kept.list_grants(int(time.time()))) == 1


def test_revoke_all(mxcp: Mxcp, visitor: Visitor, file: Path) -> None:
    """When all grants are to end, no token of then or of now works; clients stay, and people sign in again."""
    client_id, tokens = visitor.get_tokens()
    save(mxcp, file)
    late = visitor.get_token()
    rest(visitor)
    assert "All grants are ended." in bring_back(mxcp, file, "--revoke-all")

    assert not lives(visitor, tokens["access_token"])
    assert not lives(visitor, late)
    assert visitor.refresh(client_id, tokens["refresh_token"]).status_code == 400
    code = visitor.sign_in(client_id)["code"]
    assert visitor.exchange(client_id, code).status_code == 200


def test_what_was_on_its_way(mxcp: Mxcp, visitor: Visitor, file: Path) -> None:
    """Neither a sign-in nor a code that was on its way comes back, so that nothing works a second time."""
    client_id = visitor.register()["client_id"]
    callback = visitor.meet_provider(visitor.answer(visitor.ask(visitor.authorization_request(client_id))))
    other = Visitor(visitor.client.application, visitor.at_provider.application)
    code = other.sign_in(client_id)["code"]
    save(mxcp, file)
    assert other.exchange(client_id, code).status_code == 200
    rest(visitor)
    bring_back(mxcp, file)

    assert visitor.come_back(callback).status_code == 400
    assert other.exchange(client_id, code).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize("options", [[], ["--revoke-all", "--keep-grants"]])
def test_restore_needs_a_decision(mxcp: Mxcp, file: Path, options: list[str]) -> None:
    """What becomes of the grants is never decided by leaving it out."""
    ran = mxcp("auth", "restore", str(file), *options)

    assert ran.exit_code == 2
    assert "Name one of --revoke-all and --keep-grants." in ran.stderr


def test_restore_in_json_and_audit(mxcp: Mxcp, site: Site, database: Path, file: Path, tmp_path: Path) -> None:
    """Programs get what came back and where the state from before is; the audit has a line."""
    audit = tmp_path / "audit.jsonl"
    sqlite = {"type": "sqlite", "path": str(database)}
    site.configure(github_auth(persistence=sqlite, audit={"path": str(audit)}))
    site.app().extensions["mxcp"].oauth.store.close()
    save(mxcp, file)
    answer = json.loads(mxcp("auth", "restore", str(file), "--revoke-all", "--json-output").stdout)

    result = {"database": str(database), "clients": 0, "grants": 0, "people": 0, "latest": None, "keys": ["key1"]}
    assert answer == {"status": "ok", "result": {**result, "before": str(before_of(database)[0])}}
    line = json.loads(audit.read_text().splitlines()[-1])
    assert (line["event"], line["reason"]) == ("state_restored", f"{file}, all grants ended")


# Where it goes.


@pytest.mark.slow
def test_state_in_use(mxcp: Mxcp, tmp_path: Path, file: Path) -> None:
    """While a server has the state open nothing is changed, and once it has stopped the same command works."""
    port = servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    with live.stand_in(port) as provider:
        site = live.live_site(tmp_path / "live", provider, persistence=live.sqlite(tmp_path))
        command = [*live.MXCP, "serve", "--host", servers.HOST, "--port", str(port)]
        with live.running(command, site.environ, base, tmp_path / "log"):
            client = live.sign_in(base)
            assert mxcp("auth", "backup", str(file), **site.environ).exit_code == 0
            ran = live.run([*live.MXCP, "auth", "restore", str(file), "--revoke-all"], site.environ)
            assert ran.returncode == 1
            assert "is in use. Stop every server that uses it, and try again." in ran.stderr
            assert client.send("tools/list").status_code == 200
        assert names_in(tmp_path / "state") == {"oauth.db", "oauth.db-queue", "oauth.db.key"}
        assert mxcp("auth", "restore", str(file), "--keep-grants", **site.environ).exit_code == 0
        with live.running(command, site.environ, base, tmp_path / "log"):
            assert client.send("tools/list").status_code == 200


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"garbage!" * 4096),
        lambda path: path.write_bytes(path.read_bytes()[:9000]),
    ],
    ids=["missing", "empty", "garbage", "cut"],
)
def test_state_that_is_lost(
    mxcp: Mxcp, visitor: Visitor, database: Path, file: Path, damage: Callable[[Path], object]
) -> None:
    """Whatever happened to the database, the backup takes its place, and a server that runs goes on with it."""
    token = visitor.get_token()
    save(mxcp, file)
    rest(visitor)
    damage(database)
    assert visitor.call(token, "ping").status_code == 503
    bring_back(mxcp, file)

    assert visitor.whoami(token) == "ada-fixture"
    assert visitor.get_token()


def test_log_goes_with_its_database(mxcp: Mxcp, visitor: Visitor, database: Path, file: Path) -> None:
    """A write-ahead log that a killed server left goes aside with its database, and is not read into the new one."""
    save(mxcp, file)
    late = visitor.get_token()
    log = database.with_name("oauth.db-wal").read_bytes()
    content = database.read_bytes()
    rest(visitor)
    database.write_bytes(content)
    database.with_name("oauth.db-wal").write_bytes(log)
    bring_back(mxcp, file)

    assert not lives(visitor, late)
    with closing(SqliteStore(before_of(database)[0], Keyring.beside(database))) as kept:
        assert len(kept.list_grants(int(time.time()))) == 1
    assert execute(database, "PRAGMA integrity_check") == [("ok",)]


def test_owner(mxcp: Mxcp, visitor: Visitor, database: Path, file: Path) -> None:
    """Files belong to whom they belonged to, whoever runs the command, after a new key as well as after a restore."""
    user = 65_534 if os.geteuid() == 0 else os.geteuid()
    save(mxcp, file)
    rest(visitor)
    for each in (database, database.with_name("oauth.db.key")):
        os.chown(each, user, -1)
    database.with_name("oauth.db-queue").unlink()
    assert mxcp("auth", "rotate-keys").exit_code == 0
    bring_back(mxcp, file)

    owned = {each.name: each.stat().st_uid for each in database.parent.iterdir() if ".before-" not in each.name}
    assert owned == dict.fromkeys(["oauth.db", "oauth.db-queue", "oauth.db.key"], user)
    assert database.stat().st_mode & 0o777 == 0o600


# Keys.


def test_another_machine(mxcp: Mxcp, visitor: Visitor, database: Path, file: Path) -> None:
    """A backup with its key is all that another machine needs."""
    token = visitor.get_token()
    save(mxcp, file, "--with-key")
    rest(visitor)
    database.parent.rename(database.parent.with_name("other machine"))
    bring_back(mxcp, file)

    assert visitor.whoami(token) == "ada-fixture"
    assert database.with_name("oauth.db.key").read_text() == file.with_name("state.db.key").read_text()
    assert database.with_name("oauth.db.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("keys", [None, NEW])
def test_other_keys(
    mxcp: Mxcp, site: Site, visitor: Visitor, provider: Flask, database: Path, file: Path, keys: str | None
) -> None:
    """What the keys of the new place do not open is sealed anew with them, by the key beside the backup."""
    token = visitor.get_token()
    save(mxcp, file, "--with-key")
    rest(visitor)
    database.parent.rename(database.parent.with_name("other machine"))
    configure(site, database, keys)
    visitor.client.application.extensions["mxcp"].database.close()
    elsewhere = Visitor(site.app(Clock(time.time())), provider)
    rest(elsewhere)
    bring_back(mxcp, file)

    assert elsewhere.whoami(token) == "ada-fixture"


@pytest.mark.parametrize("lost", [True, False])
def test_no_key(mxcp: Mxcp, visitor: Visitor, database: Path, file: Path, lost: bool) -> None:
    """A backup whose key is nowhere is refused with where it was looked for, and nothing is changed."""
    visitor.get_token()
    save(mxcp, file)
    rest(visitor)
    key_file = database.with_name("oauth.db.key")
    if lost:
        key_file.unlink()
    else:
        key_file.write_text(NEW)
    before = (names_in(database.parent), database.read_bytes())
    ran = mxcp("auth", "restore", str(file), "--revoke-all")

    assert ran.exit_code == 1
    assert "written with another encryption key" in ran.stderr
    assert (f"neither {key_file} nor {file}.key" in ran.stderr) == lost
    assert (names_in(database.parent), database.read_bytes()) == before


# What is no backup.


def test_backup_of_an_older_schema(mxcp: Mxcp, site: Site, database: Path, file: Path, provider: Flask) -> None:
    """A backup that an older version wrote is brought to today's schema."""
    zeros = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    configure(site, database, zeros)
    for script in ("schema_1.sql", "schema_1_rows.sql"):
        execute_script(file, (SCRIPTS / script).read_text(encoding="utf-8"))
    bring_back(mxcp, file)

    assert execute(database, "PRAGMA user_version") == [(migrations.SCHEMA_VERSION,)]
    assert Visitor(site.app(Clock(time.time())), provider).get_token()
    assert execute(file, "PRAGMA user_version") == [(1,)]


def execute_script(path: Path, script: str) -> None:
    """Run ``script`` on the database at ``path``."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Path.unlink, "there is no such file"),
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.write_bytes(b"garbage!" * 4096), "file is not a database"),
        (lambda path: path.write_bytes(path.read_bytes()[:9000]), "malformed"),
        (lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xa5" * 4096 * 29), "it is damaged|malformed"),
        (lambda path: execute(path, "PRAGMA user_version = 0"), "it belongs to another program"),
        (lambda path: execute(path, "PRAGMA user_version = 1"), "no such table"),
        (lambda path: execute(path, "PRAGMA user_version = 99"), "has schema 99; this version knows up to"),
        (lambda path: execute(path, "DROP TABLE token"), "no such table"),
        (lambda path: execute(path, "DELETE FROM grant_"), "a row names another one that is not there"),
    ],
)
def test_no_backup(
    mxcp: Mxcp, visitor: Visitor, database: Path, file: Path, change: Callable[[Path], object], words: str
) -> None:
    """What is damaged or no backup of ours is refused with the reason, and the state stays as it is."""
    token = visitor.get_token()
    save(mxcp, file)
    rest(visitor)
    before = (names_in(database.parent), database.read_bytes())
    change(file)
    ran = mxcp("auth", "restore", str(file), "--keep-grants")

    assert ran.exit_code == 1
    assert [word for word in words.split("|") if word in ran.stderr], ran.stderr
    assert (names_in(database.parent), database.read_bytes()) == before
    assert lives(visitor, token)


def test_keys_are_never_shown(mxcp: Mxcp, site: Site, database: Path, file: Path) -> None:
    """No output of either command holds a key."""
    configure(site, database, OLD)
    site.app().extensions["mxcp"].oauth.store.close()
    said = mxcp("auth", "backup", str(file)).output + mxcp("auth", "restore", str(file), "--revoke-all").output

    assert OLD.partition(":")[2] not in said
