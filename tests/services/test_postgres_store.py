"""The store in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from mxcp_flask.store.postgres import PostgresStore
from tests.services.shared_store import SharedStoreContract
from tests.store.database_file import KEYRING
from tests.support.postgres import Postgres

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def shared(postgres: Postgres) -> Iterator[PostgresStore]:
    """Give the store."""
    with closing(PostgresStore(postgres.new_database(), KEYRING, 8)) as store:
        yield store


class TestPostgresStore(SharedStoreContract):
    """Keeps every promise."""
