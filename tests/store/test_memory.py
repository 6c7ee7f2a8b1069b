"""The store in memory."""

from __future__ import annotations

import os
from typing import Any

import pytest

from mxcp_flask.store import MemoryStore
from tests.contracts.store import StoreContract
from tests.contracts.store.samples import CLIENT, CODE, GRANT, NOW, PENDING, REFRESH, approve, race, take


class TestMemoryStore(StoreContract):
    """Keeps every promise."""

    @pytest.fixture
    def store(self) -> MemoryStore:
        """Give an empty store."""
        return MemoryStore()


class YieldingDict(dict[str, Any]):
    """A dictionary that lets other threads run after each look, so that a claim without a lock is seen."""

    def get(self, key: str, default: Any = None) -> Any:
        """Look, then give the turn away."""
        found = super().get(key, default)
        os.sched_yield()
        return found


def test_claims_are_locked() -> None:
    """Threads that look at the same time do not both claim."""
    store = MemoryStore()
    store._pending, store._codes, store._tokens = YieldingDict(), YieldingDict(), YieldingDict()
    store._leases, store._tally = YieldingDict(), YieldingDict()  # type: ignore[assignment]
    store.add_pending(PENDING)
    store.add_grant(GRANT, CODE)

    def rotate() -> bool:
        return store.rotate_token(REFRESH.token_hash, [], NOW, grace=0, most=1)

    assert sum(result is not None for result in race(lambda: approve(store), racers=32)) == 1
    assert sum(result is not None for result in race(lambda: take(store), racers=32)) == 1
    assert sum(race(lambda: store.redeem_code(CODE.code_hash, [REFRESH], NOW), racers=32)) == 1
    assert sum(race(rotate, racers=32)) == 1
    assert sum(race(lambda: store.lease_refresh("grant-1", NOW, 10), racers=32)) == 1
    assert max(race(lambda: store.count("address", NOW, 60), racers=32)) == 32


def test_memory_is_not_shared() -> None:
    """Two stores in memory know nothing of each other."""
    first, second = MemoryStore(), MemoryStore()
    first.add_client(CLIENT)

    assert second.get_client(CLIENT.client_id) is None
