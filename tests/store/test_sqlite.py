"""The store in a SQLite file."""

from __future__ import annotations

from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store import SqliteStore
from mxcp_flask.store.sql.housekeeping import _SWEEPS
from tests.contracts.store import StoreContract
from tests.contracts.store.samples import ACCESS, APPROVED, CLIENT, CODE, DOCUMENT, GRANT, NOW, REFRESH, USER, issue
from tests.store.database_file import KEYRING, execute


class TestSqliteStore(StoreContract):
    """Keeps every promise."""

    @pytest.fixture
    def store(self, store: SqliteStore) -> SqliteStore:
        """Give an empty store."""
        return store


def test_state_survives(path: Path, store: SqliteStore) -> None:
    """What one process left is there for the next."""
    issue(store)
    store.close()
    with closing(SqliteStore(path, KEYRING)) as again:
        assert again.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)


# Failures while it runs.


def test_deleted_database(path: Path) -> None:
    """A database that was deleted under the store is an error, and is not made again."""
    store = SqliteStore(path, KEYRING)
    path.unlink()

    with pytest.raises(StoreNotUsable, match="it is missing"):
        store.check()
    assert not path.exists()


def test_sqlite_error_in_any_method(path: Path, store: SqliteStore) -> None:
    """Whatever SQLite reports comes out as StoreNotUsable, and the store works again once the cause is gone."""
    execute(path, "ALTER TABLE token RENAME TO token_away")
    store.add_grant(GRANT, CODE)
    for call in (
        lambda: store.find_token(ACCESS.token_hash, NOW),
        lambda: store.redeem_code(CODE.code_hash, [ACCESS], NOW),
        lambda: store.find_refresh_token(REFRESH.token_hash, NOW),
        lambda: store.rotate_token(REFRESH.token_hash, [], NOW, grace=0, most=1),
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
            connection.execute("INSERT INTO client (client_id, metadata, issued_at) VALUES ('half', '{}', 0)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert store.get_client("half") is None
    store.add_client(CLIENT)


# The mapping.


USED = replace(REFRESH, used_at=NOW + 1, uses=1)


@pytest.mark.parametrize(
    "sample", [DOCUMENT, APPROVED, USER, GRANT, CODE, USED], ids=lambda sample: type(sample).__name__
)
def test_samples_tell_fields_apart(sample: Any) -> None:
    """A sample has another value in each field, or its round trip could hide that two were swapped."""
    values = [getattr(sample, field.name) for field in fields(sample)]
    plain = [value for value in values if isinstance(value, (str, int))]

    assert len(set(plain)) == len(plain)


def test_live_token_takes_one_statement(store: SqliteStore) -> None:
    """Looking a token up, which every protected call does, is one statement after a write, and none until the next."""
    issue(store)
    statements: list[str] = []
    connection = store._connections._here().idle[-1]
    connection.set_trace_callback(statements.append)
    store.find_token(ACCESS.token_hash, NOW)
    store.find_token(ACCESS.token_hash, NOW)
    connection.set_trace_callback(None)

    assert [statement.split()[0] for statement in statements] == ["PRAGMA", "SELECT", "PRAGMA"]


def test_sweeping_reads_no_whole_table(path: Path, store: SqliteStore) -> None:
    """What a sweep deletes is found by indexes, however much there is, but for the clients, which have a limit."""
    for table, key, *conditions in _SWEEPS[:-1]:
        for condition in conditions:
            statement = store.SWEEP.format(table=table, key=key, condition=condition)
            plan = execute(path, f"EXPLAIN QUERY PLAN {statement.replace(':now', '0').replace(':limit', '9')}")

            assert [step for *_, step in plan if step.startswith("SCAN")] == [], statement
