"""PostgreSQL fails while the store is in use: an error says so, nothing is half-written, and afterwards all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import psycopg
import pytest

from mxcp_flask.demo import servers
from mxcp_flask.errors import StoreError, StoreNotUsable
from mxcp_flask.store.postgres import PostgresStore, connections, session
from mxcp_flask.store.sql.database import Session
from tests.contracts.store.samples import ACCESS, CLIENT, CODE, GRANT, NOW, add_grant, issue
from tests.store.database_file import KEYRING
from tests.support.postgres import PASSWORD, Postgres, running_postgres

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def fragile() -> Iterator[Postgres]:
    """Give a server that these tests may stop, but must leave running."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def url(fragile: Postgres) -> str:
    """Give the URL of an empty database."""
    return fragile.new_database()


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    """Give a store with a grant and its tokens, and an open connection."""
    with closing(PostgresStore(url, KEYRING, 8)) as store:
        issue(store)
        yield store


def is_fine(store: PostgresStore) -> bool:
    """Tell whether the store reads and writes."""
    store.check()
    return store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)


def end_all(server: Postgres, store: PostgresStore) -> None:
    """End the store's connections, as an administrator or a failing host does."""
    name = store._connections.place.rpartition("/")[2]
    ended = server.execute(f"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '{name}'")
    assert ended
    assert all(done for [done] in ended)


def restart(server: Postgres, store: PostgresStore) -> None:  # noqa: ARG001
    """Restart the server in order."""
    server.stop()
    server.start()


def crash(server: Postgres, store: PostgresStore) -> None:  # noqa: ARG001
    """Let the server end without a word, and recover."""
    server.stop("immediate")
    server.start()


@pytest.mark.parametrize("event", [end_all, restart, crash])
def test_idle_connections_end(
    fragile: Postgres, store: PostgresStore, event: Callable[[Postgres, PostgresStore], None]
) -> None:
    """When the connections ended while nobody used them, nobody sees anything of it."""
    event(fragile, store)

    assert is_fine(store)


@pytest.mark.parametrize("event", [end_all, restart, crash])
def test_connection_ends_in_a_transaction(
    fragile: Postgres, store: PostgresStore, event: Callable[[Postgres, PostgresStore], None]
) -> None:
    """When the connection ends in the middle of a transaction, nothing of it is kept, and it is not tried again."""
    calls = []

    def write_half(session: Session) -> None:
        calls.append(session)
        session.execute("UPDATE token SET expires_at = 0", {})
        event(fragile, store)
        session.execute("UPDATE grant_ SET expires_at = 0", {})

    with pytest.raises(StoreNotUsable):
        store._write(write_half)
    assert len(calls) == 1
    assert is_fine(store)


def test_server_is_away(fragile: Postgres, store: PostgresStore) -> None:
    """While the server is away every method raises StoreError at once; when it is back all is as it was."""
    fragile.stop()
    try:
        for call in (
            store.check,
            lambda: store.find_token(ACCESS.token_hash, NOW),
            lambda: store.add_client(CLIENT),
            lambda: store.revoke_grant("grant-1", NOW),
            lambda: store.sweep(NOW, 1),
            store.reseal,
        ):
            with pytest.raises(StoreNotUsable, match="Start the server, or correct host and port") as told:
                call()
            assert PASSWORD not in str(told.value)
    finally:
        fragile.start()

    assert is_fine(store)
    assert store.get_client(CLIENT.client_id) is None


def test_server_becomes_a_standby(fragile: Postgres, store: PostgresStore) -> None:
    """A server that takes no writes any more is told as such, to old connections and new ones, until it does again."""
    fragile.execute("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
    fragile.await_setting("default_transaction_read_only", "on")
    try:
        for _ in range(3):
            with pytest.raises(StoreNotUsable, match=r"Let persistence\.url lead to the primary"):
                store.revoke_grant("grant-1", NOW)
    finally:
        fragile.execute("ALTER SYSTEM RESET default_transaction_read_only", "SELECT pg_reload_conf()")
        fragile.await_setting("default_transaction_read_only", "off")

    assert is_fine(store)


def test_of_two_hosts_the_primary_is_found(fragile: Postgres, postgres: Postgres) -> None:
    """Where the URL names several hosts, the one that takes writes is used, in whichever order they stand."""
    for server in (fragile, postgres):
        server.execute("CREATE DATABASE on_two_hosts")
    fragile.execute("ALTER DATABASE on_two_hosts SET default_transaction_read_only = on")
    url = postgres.url("on_two_hosts")
    both = url.replace(servers.HOST, f"{servers.HOST}:{fragile.port},{servers.HOST}")
    with closing(PostgresStore(both, KEYRING, 8)) as store:
        store.add_client(CLIENT)

    assert postgres.execute("SELECT count(*) FROM client", url=url) == [(1,)]


def test_row_is_held(url: str, store: PostgresStore) -> None:
    """Who waits too long for a row that somebody else holds gets an error, and may try again later."""
    with closing(PostgresStore(f"{url}?options=-c%20lock_timeout%3D50ms", KEYRING, 8)) as impatient:
        with psycopg.connect(url) as other:
            other.execute("SELECT * FROM grant_ FOR UPDATE")
            with pytest.raises(StoreNotUsable, match="another transaction held a row for too long"):
                impatient.revoke_grant("grant-1", NOW)
        assert is_fine(store)
        impatient.revoke_grant("grant-1", NOW)
    assert store.find_token(ACCESS.token_hash, NOW) is None


def test_statement_takes_too_long(url: str) -> None:
    """A statement that does not end in time is stopped."""
    with (
        closing(PostgresStore(f"{url}?options=-c%20statement_timeout%3D200ms", KEYRING, 8)) as store,
        pytest.raises(StoreNotUsable, match="a statement took too long"),
    ):
        store._find_all("SELECT pg_sleep(60)")


def test_all_connections_are_in_use(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that waits too long for a connection is told which setting has more; afterwards one is free."""
    monkeypatch.setattr(connections, "PATIENCE", 0.01)
    with closing(PostgresStore(url, KEYRING, 1)) as store:
        with (
            store._connections.read(),
            pytest.raises(StoreNotUsable, match=r"all 1 connections .*\. Raise persistence\.pool_size"),
        ):
            store.check()
        store.check()


def test_old_connections_are_replaced(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is too old is closed, and the next use has a new one."""
    monkeypatch.setattr(session, "LIFETIME", -1)
    with closing(PostgresStore(url, KEYRING, 8)) as store:
        pids = {store._find_all("SELECT pg_backend_pid()")[0][0] for _ in range(3)}

    assert len(pids) == 3


def test_deadlock_is_tried_again(fragile: Postgres, url: str, store: PostgresStore) -> None:
    """A transaction that PostgreSQL undoes because it and another one wait for each other is done after that one."""
    add_grant(store, replace(GRANT, id="grant-2"))
    update = "UPDATE grant_ SET leased_until = 1 WHERE id = '{}'"
    tries: list[Session] = []
    with psycopg.connect(url) as other, ThreadPoolExecutor(1) as threads:
        other.execute("SET deadlock_timeout = '1min'")  # so that it is ours that is undone
        other.execute(update.format("grant-2").encode())

        def go_on() -> None:
            other.execute(update.format("grant-1").encode())
            other.commit()

        def update_both(session: Session) -> int:
            tries.append(session)
            session.execute(update.format("grant-1"), {})
            if len(tries) == 1:
                threads.submit(go_on)
                fragile.await_answer("SELECT count(*) FROM pg_locks WHERE NOT granted", 1)
            return session.execute(update.format("grant-2"), {}).rowcount

        assert store._write(update_both) == 1
    assert len(tries) > 1


def test_interrupted_write(store: PostgresStore) -> None:
    """A write that any exception cuts short is undone, and the connection is fit for the next."""

    def write_half(session: Session) -> None:
        session.execute("UPDATE token SET expires_at = 0", {})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store._write(write_half)
    assert is_fine(store)
    assert len(store._connections._here().idle) == 1


def test_look_up_is_prepared(store: PostgresStore) -> None:
    """What is asked often is planned once for each connection."""
    for _ in range(3):
        store.find_token(ACCESS.token_hash, NOW)

    [[count]] = store._find_all("SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, 'FROM token') > 0")
    assert count == 1


def test_tables_change_under_prepared_statements(fragile: Postgres, url: str, store: PostgresStore) -> None:
    """When a newer version adds to a table, those that still run prepare their statements anew, and nobody sees it."""
    store.add_client(CLIENT)
    for _ in range(3):
        store.get_client(CLIENT.client_id)
    fragile.execute("ALTER TABLE client ADD COLUMN note TEXT", url=url)

    assert store.get_client(CLIENT.client_id) == CLIENT


def test_live_token_takes_one_statement(fragile: Postgres, store: PostgresStore) -> None:
    """Looking a token up, which every protected call does, is one statement without a transaction around it."""
    store._change("SET log_statement = 'all'")
    before = fragile.log.count("LOG:  execute") + fragile.log.count("LOG:  statement")
    store.find_token(ACCESS.token_hash, NOW)

    assert fragile.log.count("LOG:  execute") + fragile.log.count("LOG:  statement") == before + 1


def test_errors_show_no_values(store: PostgresStore) -> None:
    """An error names tables and rules, but no value of a row."""
    with pytest.raises(StoreError) as told:
        store.add_grant(GRANT, replace(CODE, code_hash="c" * 64))

    assert "duplicate key value violates unique constraint" in str(told.value)
    assert "grant-1" not in str(told.value)
