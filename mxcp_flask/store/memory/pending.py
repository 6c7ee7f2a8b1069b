"""Authorization requests on their way."""

from __future__ import annotations

from dataclasses import replace

from mxcp_flask.records import PendingAuthorization, Stage
from mxcp_flask.store.memory.tables import Tables, add


class MemoryPending(Tables):
    """The table of pending authorizations."""

    def add_pending(self, pending: PendingAuthorization) -> None:
        """Keep the request."""
        with self._lock:
            add(self._pending, {pending.handle_hash: pending})

    def find_pending(self, handle_hash: str, now: int) -> PendingAuthorization | None:
        """Look the request up by its handle."""
        pending = self._pending.get(handle_hash)
        return pending if pending and pending.expires_at > now else None

    def approve_pending(
        self, handle_hash: str, now: int, *, browser_hash: str, state_hash: str, verifier: str
    ) -> PendingAuthorization | None:
        """Move the request on from ``consent``."""
        with self._lock:
            pending = self._in_stage(handle_hash, "consent", now)
            if pending is None:
                return None
            return self._keep(
                replace(pending, stage="provider", browser_hash=browser_hash, state_hash=state_hash, verifier=verifier)
            )

    def close_pending(self, handle_hash: str, now: int) -> PendingAuthorization | None:
        """Move the request on from ``consent``."""
        with self._lock:
            pending = self._in_stage(handle_hash, "consent", now)
            return self._keep(replace(pending, stage="done")) if pending else None

    def take_pending(self, state_hash: str, browser_hash: str, now: int) -> PendingAuthorization | None:
        """Move the request on from ``provider``."""
        with self._lock:
            handles = [p.handle_hash for p in self._pending.values() if p.state_hash == state_hash]
            pending = self._in_stage(handles[0], "provider", now) if handles else None
            if pending is None or pending.browser_hash != browser_hash:
                return None
            return self._keep(replace(pending, stage="done"))

    def _in_stage(self, handle_hash: str, stage: Stage, now: int) -> PendingAuthorization | None:
        pending = self.find_pending(handle_hash, now)
        return pending if pending and pending.stage == stage else None

    def _keep(self, pending: PendingAuthorization) -> PendingAuthorization:
        self._pending[pending.handle_hash] = pending
        return pending
