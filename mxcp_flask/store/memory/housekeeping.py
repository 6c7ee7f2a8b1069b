"""What keeps the tables small."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from mxcp_flask.records import AuthorizationCode, Client
from mxcp_flask.store.memory.tables import Tables, drop


class MemoryHousekeeping(Tables):
    """All tables."""

    def claim_sweep(self, now: int, seconds: int) -> bool:
        """Keep the lease's end."""
        with self._lock:
            if self._sweep_lease > now:
                return False
            self._sweep_lease = now + seconds
            return True

    def sweep(self, now: int, limit: int, *, unused_before: int | None = None, idle_before: int | None = None) -> int:
        """Drop the grants after what names them, and the clients last."""
        with self._lock:
            gone = drop(self._pending, [key for key, p in self._pending.items() if p.expires_at <= now], limit)
            gone += self._sweep_grants(now, limit)
            gone += drop(self._tally, [key for key in self._tally if key[-1] <= now], limit)
            left = [c for c in self._clients.values() if _is_left(c, unused_before or 0, idle_before or 0)]
            busy = self._busy_clients(now)
            return gone + drop(self._clients, [c.client_id for c in left if c.client_id not in busy], limit)

    def reseal(self, told: Callable[[int], None] = lambda _: None) -> int:  # noqa: ARG002 (there is nothing to tell)
        """Return 0: nothing is sealed here."""
        return 0

    def derived_key(self, purpose: str) -> bytes:
        """Derive it from bytes that this object made at random."""
        return hmac.digest(self._secret, purpose.encode(), "sha256")

    def check(self) -> None:
        """Do nothing: memory is always there."""

    def close(self) -> None:
        """Do nothing: the memory goes with the object."""

    def _sweep_grants(self, now: int, limit: int) -> int:
        ended = {grant_id for grant_id in self._grants if self._live(grant_id, now) is None}
        tokens = [key for key, t in self._tokens.items() if t.grant_id in ended or t.expires_at <= now]
        codes = [key for key, c in self._codes.items() if c.grant_id in ended or _is_over(c, now)]
        gone = drop(self._tokens, tokens, limit) + drop(self._codes, codes, limit)
        gone += drop(self._grants, sorted(ended - self._named_grants()), limit)
        self._leases = {key: lease for key, lease in self._leases.items() if key in self._grants}
        return gone

    def _named_grants(self) -> set[str]:
        codes = {code.grant_id for code in self._codes.values()}
        return codes | {token.grant_id for token in self._tokens.values()}

    def _busy_clients(self, now: int) -> set[str]:
        asking = {p.client_id for p in self._pending.values() if p.expires_at > now}
        return asking | {grant.client_id for grant in self._grants.values() if self._live(grant.id, now)}


def _is_over(code: AuthorizationCode, now: int) -> bool:
    return code.expires_at <= now and code.used_at is None


def _is_left(client: Client, unused_before: int, idle_before: int) -> bool:
    if client.last_used_at is not None:
        return client.last_used_at < idle_before
    return (client.issued_at if client.fresh_until is None else client.fresh_until) < unused_before
