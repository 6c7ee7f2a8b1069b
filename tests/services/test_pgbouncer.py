"""The store in PostgreSQL through PgBouncer in transaction mode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store.postgres import PostgresStore
from tests.services.shared_store import SharedStoreContract
from tests.store.database_file import KEYRING
from tests.store.mixture import add_shared, check_mixture, mix
from tests.store.processes import run_at_once
from tests.support.pgbouncer import pooled
from tests.support.postgres import Postgres

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def port(postgres: Postgres) -> Iterator[int]:
    """Give PgBouncer's port."""
    with pooled(postgres) as port:
        yield port


@pytest.fixture
def through(postgres: Postgres, url: str, port: int) -> str:
    """Give the URL of an empty database, through PgBouncer."""
    return url.replace(f":{postgres.port}/", f":{port}/")


@pytest.fixture(scope="module")
def shared(postgres: Postgres, port: int) -> Iterator[PostgresStore]:
    """Give a store behind PgBouncer."""
    url = postgres.new_database().replace(f":{postgres.port}/", f":{port}/")
    with closing(PostgresStore(url, KEYRING, 8)) as store:
        yield store


class TestPostgresStoreThroughPgbouncer(SharedStoreContract):
    """Keeps every promise."""


def test_nothing_is_prepared(shared: PostgresStore) -> None:
    """However often a statement runs, the session keeps nothing of it, as the next one may be another client's."""
    for _ in range(20):
        shared.find_token("unknown", 0)

    assert shared._find_all("SELECT name FROM pg_prepared_statements") == []


def test_processes_do_everything_with_the_store(through: str) -> None:
    """Four processes with four threads each share three connections, fail at nothing, and lose nothing."""
    add_shared(through)

    check_mixture(through, run_at_once(mix, through, 4))


def test_commits_that_may_be_lost(postgres: Postgres, url: str, through: str) -> None:
    """As PgBouncer does not pass on that commits are to be waited for, the role must not have it otherwise."""
    postgres.execute(f"ALTER DATABASE {url.rpartition('/')[2]} SET synchronous_commit = off")

    with pytest.raises(StoreNotUsable, match=r"ALTER ROLE \.\.\. SET synchronous_commit = on"):
        PostgresStore(through, KEYRING, 8)
    PostgresStore(url, KEYRING, 8).close()
