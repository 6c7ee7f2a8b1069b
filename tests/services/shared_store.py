"""One store for many tests, emptied before each: a database for each would take longer than the tests."""

from __future__ import annotations

import pytest

from mxcp_flask.store.postgres import PostgresStore
from mxcp_flask.store.sql.database import Session
from tests.contracts.store import StoreContract

_TABLES = ("token", "authorization_code", "grant_", "pending_authorization", "client", "tally", "lease")


class SharedStoreContract(StoreContract):
    """Inherited by a test class that has a fixture ``shared``: the store, of the module's scope."""

    @pytest.fixture
    def store(self, shared: PostgresStore) -> PostgresStore:
        """Give the store, empty but for what it checks its keys by."""

        def empty(session: Session) -> None:
            for table in _TABLES:
                session.execute(f"DELETE FROM {table}", {})

        shared._write(empty)
        return shared
