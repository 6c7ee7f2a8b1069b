"""Grants, and the lease under which their provider's token is refreshed."""

from __future__ import annotations

from dataclasses import replace

from mxcp_flask.records import AuthorizationCode, Grant, ProviderToken
from mxcp_flask.store.memory.tables import Tables, add, refuse_known


class MemoryGrants(Tables):
    """The table of grants. The provider's token is never at rest here."""

    def add_grant(self, grant: Grant, code: AuthorizationCode) -> None:
        """Keep both."""
        with self._lock:
            self._require_grants({code.grant_id} - {grant.id})
            refuse_known(self._grants, {grant.id})
            add(self._codes, {code.code_hash: code})
            add(self._grants, {grant.id: grant})

    def find_grant(self, grant_id: str, now: int) -> Grant | None:
        """Look the grant up by its identifier."""
        with self._lock:
            return self._live(grant_id, now)

    def list_grants(self, now: int, *, client_id: str | None = None, subject: str | None = None) -> list[Grant]:
        """Sort those that match."""
        with self._lock:
            found = self._matching(now, client_id, subject)
            listed = (replace(grant, provider_token=None) for grant in found)
            return sorted(listed, key=lambda grant: (grant.created_at, grant.id))

    def revoke_grant(self, grant_id: str, now: int) -> None:
        """Mark the grant, and forget its provider's token."""
        with self._lock:
            grant = self._grants.get(grant_id)
            if grant:
                self._revoke(grant, now)

    def revoke_grants(self, now: int, *, client_id: str | None = None, subject: str | None = None) -> int:
        """Mark all that match."""
        with self._lock:
            found = self._matching(now, client_id, subject)
            for grant in found:
                self._revoke(grant, now)
            return len(found)

    def lease_refresh(self, grant_id: str, now: int, seconds: int) -> bool:
        """Keep the lease's end."""
        with self._lock:
            if self._live(grant_id, now) is None or self._leases.get(grant_id, now) > now:
                return False
            self._leases[grant_id] = now + seconds
            return True

    def save_provider_token(self, grant_id: str, token: ProviderToken, now: int) -> bool:
        """Keep the grant with the new token."""
        with self._lock:
            grant = self._live(grant_id, now)
            if grant is None:
                return False
            self._grants[grant_id] = replace(grant, provider_token=token)
            self._leases.pop(grant_id, None)
            return True

    def release_refresh(self, grant_id: str) -> None:
        """Forget the lease."""
        with self._lock:
            self._leases.pop(grant_id, None)

    def _matching(self, now: int, client_id: str | None, subject: str | None) -> list[Grant]:
        return [
            grant
            for grant in self._grants.values()
            if self._live(grant.id, now)
            and client_id in (None, grant.client_id)
            and subject in (None, grant.user.subject)
        ]
