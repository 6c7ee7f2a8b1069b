"""A database of an older schema: brought forward whole, or left as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store import SqliteStore
from mxcp_flask.store.migrations import SCHEMA_VERSION
from tests.contracts.store.samples import ACCESS, APPROVED, CLIENT, CODE, DOCUMENT, GRANT, NOW, PENDING, REFRESH
from tests.store.database_file import KEYRING, execute
from tests.store.processes import open_at_once, run_at_once

Rows = dict[str, list[Any]]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Give a database as the server with schema 1 left it, with rows in every table."""
    path = tmp_path / "oauth.db"
    path.touch(0o600)
    with closing(sqlite3.connect(path)) as connection:
        for script in ("schema_1.sql", "schema_1_rows.sql"):
            connection.executescript(Path(__file__).with_name(script).read_text(encoding="utf-8"))
    execute(path, "PRAGMA journal_mode = WAL")
    return path


def rows_of(path: Path) -> Rows:
    """Return all rows of all tables, by table."""
    tables = [name for [name] in execute(path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    return {table: sorted(execute(path, f"SELECT * FROM {table}"), key=repr) for table in tables}


def shape_of(path: Path) -> list[Any]:
    """Return what the tables and indexes are made of, in words that do not depend on how they came about."""
    columns = execute(
        path,
        """SELECT t.name, t.wr, t.strict, c.* FROM pragma_table_list t JOIN pragma_table_xinfo(t.name) c
           WHERE t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid""",
    )
    indexes = execute(
        path,
        """SELECT t.name, i.name, i."unique", i.origin, i.partial, c.* FROM pragma_table_list t
           JOIN pragma_index_list(t.name) i JOIN pragma_index_xinfo(i.name) c ORDER BY t.name, i.name, c.seqno""",
    )
    keys = execute(
        path,
        """SELECT t.name, k.* FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) k ORDER BY t.name, k.id""",
    )
    return [columns, indexes, keys]


def test_every_row_survives(old: Path) -> None:
    """All rows of all tables are there after the migration, each as it was."""
    before = rows_of(old)
    assert all(before.values())
    SqliteStore(old, KEYRING).close()

    before["tally"] = before.pop("registration_window")
    assert rows_of(old) == before
    assert execute(old, "PRAGMA integrity_check") == [("ok",)]
    assert execute(old, "PRAGMA foreign_key_check") == []


def test_what_was_written_works(old: Path) -> None:
    """Clients, sign-ins on their way, grants, codes, tokens, counts and leases go on where they were."""
    used = replace(REFRESH, used_at=NOW + 5, uses=1)
    with closing(SqliteStore(old, KEYRING)) as store:
        assert store.list_clients() == [CLIENT, DOCUMENT]
        assert store.find_pending(PENDING.handle_hash, NOW) == APPROVED
        assert store.find_code(CODE.code_hash) == replace(CODE, used_at=NOW)
        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)
        assert store.find_refresh_token(REFRESH.token_hash, NOW) == (used, GRANT)
        assert [grant.id for grant in store.list_grants(NOW)] == ["grant-1", "grant-2"]
        assert store.count("address", NOW, 3600) == 3
        assert not store.lease_refresh("grant-2", NOW, 30)
        assert not store.claim_sweep(NOW, 30)


def test_same_schema_either_way(old: Path, path: Path) -> None:
    """A migrated database is made of the same tables, columns, indexes and references as a new one."""
    for each in (old, path):
        SqliteStore(each, KEYRING).close()

    assert shape_of(old) == shape_of(path)
    assert execute(old, "PRAGMA user_version") == execute(path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


def test_failing_migration(old: Path) -> None:
    """A migration that cannot finish leaves schema and rows as they were, and succeeds once its way is free."""
    execute(old, "CREATE TABLE tally_end (x)")
    before, schema = rows_of(old), execute(old, "SELECT * FROM sqlite_schema")
    with pytest.raises(StoreNotUsable, match="tally_end"):
        SqliteStore(old, KEYRING)

    assert execute(old, "PRAGMA user_version") == [(1,)]
    assert rows_of(old) == before
    assert execute(old, "SELECT * FROM sqlite_schema") == schema
    execute(old, "DROP TABLE tally_end")
    SqliteStore(old, KEYRING).close()
    assert execute(old, "PRAGMA user_version") == [(SCHEMA_VERSION,)]


@pytest.mark.slow
def test_processes_migrate_at_once(old: Path) -> None:
    """Of processes that start at once one migrates, and all work with what it made."""
    assert run_at_once(open_at_once, old, 6) == ["done"] * 6

    assert execute(old, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert len(execute(old, "SELECT * FROM client")) == 8
