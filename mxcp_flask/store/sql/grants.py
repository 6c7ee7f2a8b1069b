"""Grants, and the lease under which their provider's token is refreshed."""

from __future__ import annotations

from mxcp_flask.records import AuthorizationCode, Grant, ProviderToken
from mxcp_flask.store.sql.database import Database, Session, inserting, searchable

_FIND = "SELECT * FROM grant_ WHERE id = :grant_id AND expires_at > :now AND revoked_at IS NULL"
_LIST = "SELECT * FROM grant_ WHERE expires_at > :now AND revoked_at IS NULL"
# Nothing can use the provider's token of an ended grant, so it goes at once.
_REVOKE = "UPDATE grant_ SET revoked_at = :now, provider_token = NULL WHERE id = :grant_id AND revoked_at IS NULL"
_REVOKE_LIVE = """
    UPDATE grant_ SET revoked_at = :now, provider_token = NULL WHERE expires_at > :now AND revoked_at IS NULL
"""
_LEASE = """
    UPDATE grant_ SET leased_until = :until
    WHERE id = :grant_id AND expires_at > :now AND revoked_at IS NULL AND (leased_until IS NULL OR leased_until <= :now)
"""
_SAVE = """
    UPDATE grant_ SET provider_token = :sealed, leased_until = NULL
    WHERE id = :grant_id AND expires_at > :now AND revoked_at IS NULL
"""
_RELEASE = "UPDATE grant_ SET leased_until = NULL WHERE id = :grant_id"


class SqlGrants(Database):
    """The table ``grant_``."""

    def add_grant(self, grant: Grant, code: AuthorizationCode) -> None:
        """Insert both in one transaction, the provider's token sealed."""
        values = self._rows.values_of_grant(grant)

        def add(session: Session) -> None:
            session.execute(inserting("grant_", values), values)
            session.execute(inserting("authorization_code", vars(code)), vars(code))

        self._write(add)

    def find_grant(self, grant_id: str, now: int) -> Grant | None:
        """Look the grant up by its identifier."""
        row = self._find(_FIND, grant_id=searchable(grant_id), now=now)
        return self._rows.grant_of(tuple(row)) if row else None

    def list_grants(self, now: int, *, client_id: str | None = None, subject: str | None = None) -> list[Grant]:
        """Read all rows that match."""
        query = _narrowed(_LIST, client_id, subject) + " ORDER BY created_at, id"
        rows = self._find_all(query, now=now, **_searched(client_id, subject))
        return [self._rows.listed_grant_of(tuple(row)) for row in rows]

    def revoke_grant(self, grant_id: str, now: int) -> None:
        """Mark the grant, which every look-up and claim heeds, and forget its provider's token."""
        self._change(_REVOKE, grant_id=searchable(grant_id), now=now)

    def revoke_grants(self, now: int, *, client_id: str | None = None, subject: str | None = None) -> int:
        """Mark all that match in one statement."""
        return self._change(_narrowed(_REVOKE_LIVE, client_id, subject), now=now, **_searched(client_id, subject))

    def lease_refresh(self, grant_id: str, now: int, seconds: int) -> bool:
        """Claim the lease."""
        return self._change(_LEASE, grant_id=grant_id, now=now, until=now + seconds) == 1

    def save_provider_token(self, grant_id: str, token: ProviderToken, now: int) -> bool:
        """Write the token, sealed, over the one before."""
        sealed = self._rows.sealed_token(grant_id, token)
        return self._change(_SAVE, grant_id=grant_id, sealed=sealed, now=now) == 1

    def release_refresh(self, grant_id: str) -> None:
        """Clear the lease."""
        self._change(_RELEASE, grant_id=grant_id)


def _narrowed(statement: str, client_id: str | None, subject: str | None) -> str:
    conditions = [statement]
    if client_id is not None:
        conditions.append("client_id = :client_id")
    if subject is not None:
        conditions.append("provider || ':' || user_id = :subject")
    return " AND ".join(conditions)


def _searched(client_id: str | None, subject: str | None) -> dict[str, str]:
    values = {"client_id": client_id, "subject": subject}
    return {name: searchable(value) for name, value in values.items() if value is not None}
