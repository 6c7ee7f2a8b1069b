"""Processes that share an allowance, all in this one, and a store that tells what it was asked."""

from __future__ import annotations

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.oauth.allowances import WINDOW, Allowances
from mxcp_flask.store import MemoryStore
from tests.contracts.store.samples import NOW

MINUTE = NOW - NOW % WINDOW


class Ledger(MemoryStore):
    """Notes every count; while it is ``down`` it cannot."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, int]] = []
        self.down = False

    def count(self, key_hash: str, now: int, window: int, amount: int = 1) -> int:
        """Count, and note it."""
        if self.down:
            raise StoreNotUsable(path="here", reason="it is down")
        self.asked.append((key_hash, amount))
        return super().count(key_hash, now, window, amount)


def processes(count: int, limit: int, store: MemoryStore | None = None) -> list[Allowances]:
    """Return what ``count`` processes have on one store."""
    store = store or MemoryStore()
    return [Allowances(store, "person", limit) for _ in range(count)]


def spend_all(members: list[Allowances], now: int = MINUTE, tries: int = 10_000) -> int:
    """Spend one at each process in turn until all are refused; return how many were spent."""
    spent, open_ones = 0, list(members)
    for _ in range(tries):
        open_ones = [member for member in open_ones if member.spend("ada", now)]
        spent += len(open_ones)
        if not open_ones:
            return spent
    raise AssertionError("nobody was refused")
