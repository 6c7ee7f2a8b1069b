"""The store in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mxcp_flask.store.postgres import PostgresStore
from tests.contracts.store import StoreContract
from tests.store.database_file import KEYRING

pytestmark = pytest.mark.services


@pytest.fixture
def store(url: str) -> Iterator[PostgresStore]:
    """Give an empty store."""
    store = PostgresStore(url, KEYRING, 8)
    yield store
    store.close()


class TestPostgresStore(StoreContract):
    """Keeps every promise."""

    @pytest.fixture
    def store(self, store: PostgresStore) -> PostgresStore:
        """Give an empty store."""
        return store
