"""Authorization requests on their way."""

from __future__ import annotations

from typing import Any

from mxcp_flask.records import PendingAuthorization
from mxcp_flask.store.sql.database import Database, Session, inserting, one

_APPROVE = """
    UPDATE pending_authorization
    SET stage = 'provider', browser_hash = :browser_hash, state_hash = :state_hash, verifier = :verifier
    WHERE handle_hash = :handle_hash AND stage = 'consent' AND expires_at > :now
    RETURNING *
"""
_DECLINE = """
    UPDATE pending_authorization SET stage = 'done'
    WHERE handle_hash = :handle_hash AND stage = 'consent' AND expires_at > :now
    RETURNING *
"""
_TAKE = """
    UPDATE pending_authorization SET stage = 'done'
    WHERE state_hash = :state_hash AND browser_hash = :browser_hash AND stage = 'provider' AND expires_at > :now
    RETURNING *
"""


class SqlPending(Database):
    """The table ``pending_authorization``."""

    def add_pending(self, pending: PendingAuthorization) -> None:
        """Insert the request, its verifier sealed."""
        values = self._rows.values_of_pending(pending)
        self._change(inserting("pending_authorization", values), **values)

    def find_pending(self, handle_hash: str, now: int) -> PendingAuthorization | None:
        """Look the request up by its handle."""
        query = "SELECT * FROM pending_authorization WHERE handle_hash = :handle_hash AND expires_at > :now"
        row = self._find(query, handle_hash=handle_hash, now=now)
        return self._rows.pending_of(row) if row else None

    def approve_pending(
        self, handle_hash: str, now: int, *, browser_hash: str, state_hash: str, verifier: str
    ) -> PendingAuthorization | None:
        """Claim the request from ``consent``."""
        return self._claim_pending(
            _APPROVE,
            handle_hash=handle_hash,
            now=now,
            browser_hash=browser_hash,
            state_hash=state_hash,
            verifier=self._rows.sealed_verifier(handle_hash, verifier),
        )

    def close_pending(self, handle_hash: str, now: int) -> PendingAuthorization | None:
        """Claim the request from ``consent``."""
        return self._claim_pending(_DECLINE, handle_hash=handle_hash, now=now)

    def take_pending(self, state_hash: str, browser_hash: str, now: int) -> PendingAuthorization | None:
        """Claim the request from ``provider``."""
        return self._claim_pending(_TAKE, state_hash=state_hash, browser_hash=browser_hash, now=now)

    def _claim_pending(self, statement: str, **values: Any) -> PendingAuthorization | None:
        def claim(session: Session) -> PendingAuthorization | None:
            row = one(session, statement, values)
            return self._rows.pending_of(row) if row else None  # inside: what does not open is not used up

        return self._write(claim)
