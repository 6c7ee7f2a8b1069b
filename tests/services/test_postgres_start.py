"""What a server finds at start that keeps it from using its PostgreSQL database: one line that says what to do."""

from __future__ import annotations

import socket
from contextlib import closing

import psycopg
import pytest

from mxcp_flask.demo import servers
from mxcp_flask.errors import StoreKeyWrong, StoreNotUsable, StoreSchemaNewer
from mxcp_flask.store import Keyring
from mxcp_flask.store.postgres import PostgresStore, address, schema
from tests.contracts.store.samples import CLIENT
from tests.store.database_file import KEYRING
from tests.store.places import look
from tests.support.postgres import PASSWORD, Postgres, running_postgres

pytestmark = pytest.mark.services


def refusal(url: str, kind: type[Exception] = StoreNotUsable, keyring: Keyring = KEYRING) -> str:
    """Return the message with which the store does not open; no password is in it."""
    with pytest.raises(kind) as told:
        PostgresStore(url, keyring, 8)
    assert PASSWORD not in str(told.value)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_password_wrong(postgres: Postgres) -> None:
    """A wrong password is told, and where to correct it, but neither the wrong one nor the right one."""
    message = refusal(postgres.url(password="wr0ng"))

    assert 'password authentication failed for user "postgres". Correct user and password' in message
    assert "wr0ng" not in message


def test_password_missing(postgres: Postgres) -> None:
    """A missing password is told."""
    assert "Put the password into persistence.url" in refusal(postgres.url().replace(f":{PASSWORD}", ""))


def test_database_missing(postgres: Postgres) -> None:
    """A database that is not there is told by its name."""
    assert 'database "nowhere" does not exist. Create it' in refusal(postgres.url("nowhere"))


def test_nobody_listens() -> None:
    """A server that does not run is told with its address."""
    message = refusal(f"postgresql://mxcp:{PASSWORD}@{servers.HOST}:{servers.free_port()}/mxcp")

    assert "Connection refused" in message
    assert "Start the server, or correct host and port in persistence.url" in message


def test_host_unknown() -> None:
    """A host that has no address is told."""
    assert "Correct the host in persistence.url" in refusal(f"postgresql://mxcp:{PASSWORD}@db.invalid/mxcp")


def test_server_says_nothing() -> None:
    """A server that takes the connection and then says nothing is given up."""
    with socket.create_server((servers.HOST, 0)) as silent:
        port = silent.getsockname()[1]
        message = refusal(f"postgresql://mxcp:{PASSWORD}@{servers.HOST}:{port}/mxcp?connect_timeout=2")

    assert "Look at the server and the firewalls before it" in message


def test_url_unreadable(postgres: Postgres) -> None:
    """An option that does not exist, or a password that is not escaped, is told without showing the URL."""
    assert "%XX" in refusal(f"{postgres.url()}?no_such_option=1")
    assert "%XX" in refusal(postgres.url().replace(PASSWORD, f"%zz{PASSWORD}"))


def test_encoding_wrong(postgres: Postgres) -> None:
    """A database that cannot hold every text is refused."""
    url = postgres.new_database("ENCODING 'LATIN1' TEMPLATE template0")

    assert "its encoding is LATIN1. Create one with CREATE DATABASE ... ENCODING 'UTF8'" in refusal(url)


def test_server_too_old(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of a version that we do not know to work is refused, with both versions."""
    monkeypatch.setattr(schema, "_OLDEST", 99)

    assert "it needs PostgreSQL 99 or newer, and its server has " in refusal(url)


def test_commits_that_may_be_lost(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where commits are not waited for, and a pooler keeps us from asking for it, the database is refused."""
    monkeypatch.setitem(address._SESSION, "synchronous_commit", "off")

    assert "ALTER ROLE ... SET synchronous_commit = on" in refusal(url)


def test_tables_of_another_program(postgres: Postgres, url: str) -> None:
    """A database in which a table of ours would be another program's is left as it is."""
    postgres.execute("CREATE TABLE grant_ (everything text)", url=url)

    assert "it has tables of another program. Create a database for mxcp alone" in refusal(url)
    assert look(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(1,)]


def test_no_rights(postgres: Postgres, url: str) -> None:
    """A user who may not create tables is told who may."""
    postgres.execute(f"CREATE ROLE visitor LOGIN PASSWORD '{PASSWORD}'")
    message = refusal(postgres.url(url.rpartition("/")[2], "visitor"))

    assert message.endswith("permission denied for schema public. Make the user the owner of the database.")


def test_newer_schema(url: str) -> None:
    """Tables that a later version made are left alone."""
    PostgresStore(url, KEYRING, 8).close()
    with closing(PostgresStore(url, KEYRING, 8)) as store:
        store._change("UPDATE mxcp_schema SET version = version + 1")

    assert "schema 3; this version knows up to 2" in refusal(url, StoreSchemaNewer)


@pytest.mark.parametrize("keyring", [Keyring({"k1": bytes(31) + b"1"}), Keyring({"k2": bytes(32)})])
def test_wrong_key(url: str, keyring: Keyring) -> None:
    """Another key is noticed at start, even when nothing is sealed yet."""
    PostgresStore(url, KEYRING, 8).close()

    assert "was written with another encryption key" in refusal(url, StoreKeyWrong, keyring)


def test_owner_is_enough(postgres: Postgres) -> None:
    """A user who owns the database and nothing else can serve from it."""
    postgres.execute(f"CREATE ROLE owner LOGIN PASSWORD '{PASSWORD}'")
    name = postgres.new_database("OWNER owner").rpartition("/")[2]
    with closing(PostgresStore(postgres.url(name, "owner"), KEYRING, 8)) as store:
        store.add_client(CLIENT)
        assert store.get_client(CLIENT.client_id) == CLIENT


def test_too_many_connections() -> None:
    """When all connections of the server are taken, the message names the three ways out; then it works."""
    with running_postgres(max_connections="4", superuser_reserved_connections="0") as server:
        url = server.new_database()
        with closing(PostgresStore(url, KEYRING, 8)) as store:
            others = [psycopg.connect(url) for _ in range(4)]
            with pytest.raises(StoreNotUsable, match=r"Raise max_connections there, lower persistence\.pool_size"):
                store.check()
            for other in others:
                other.close()
            server.await_connections(0)
            store.check()
