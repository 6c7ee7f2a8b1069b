"""The store in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from mxcp_flask.store import measured
from mxcp_flask.store.postgres import PostgresStore
from tests.services.shared_store import SharedStoreContract
from tests.store.database_file import KEYRING
from tests.support.meters import Recording
from tests.support.postgres import Postgres

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def shared(postgres: Postgres) -> Iterator[PostgresStore]:
    """Give the store."""
    with closing(PostgresStore(postgres.new_database(), KEYRING, 8)) as store:
        yield store


class TestPostgresStore(SharedStoreContract):
    """Keeps every promise."""


def test_connections_are_reported(postgres: Postgres) -> None:
    """What watches the pool hears of each connection that is lent and given back."""
    meter = Recording()
    with closing(measured(PostgresStore(postgres.new_database(), KEYRING, 8), meter)) as store:
        store.check()

    assert meter.connections[0] == (1, 0)
    assert meter.connections[-1] == (0, 1)
