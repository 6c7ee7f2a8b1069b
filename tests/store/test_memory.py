"""The store in memory."""

from __future__ import annotations

import pytest

from mxcp_flask.store import MemoryStore
from tests.contracts.store import CLIENT, StoreContract


class TestMemoryStore(StoreContract):
    """Keeps every promise."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        """Give an empty store."""
        return MemoryStore()


def test_memory_is_not_shared() -> None:
    """Two stores in memory know nothing of each other."""
    first, second = MemoryStore(), MemoryStore()
    first.add_client(CLIENT)

    assert second.get_client(CLIENT.client_id) is None
