"""Clients that registered themselves, and cached client metadata documents."""

from __future__ import annotations

from mxcp_flask.records import Client
from mxcp_flask.store.base import USE_RECORDED_EVERY
from mxcp_flask.store.rows import client_of, values_of_client
from mxcp_flask.store.sql.database import Database, Session, inserting, searchable

_PUT = """
    INSERT INTO client (client_id, metadata, secret_hash, issued_at, last_used_at, fresh_until)
    VALUES (:client_id, :metadata, :secret_hash, :issued_at, :last_used_at, :fresh_until)
    ON CONFLICT (client_id) DO UPDATE
    SET metadata = excluded.metadata, secret_hash = excluded.secret_hash, issued_at = excluded.issued_at,
        last_used_at = coalesce(excluded.last_used_at, client.last_used_at), fresh_until = excluded.fresh_until
"""
_IS_USE_DUE = """
    SELECT 1 FROM client WHERE client_id = :client_id AND (last_used_at IS NULL OR last_used_at <= :due)
"""
_TOUCH = """
    UPDATE client SET last_used_at = :now
    WHERE client_id = :client_id AND (last_used_at IS NULL OR last_used_at <= :due)
"""
_END_GRANTS = """
    UPDATE grant_ SET revoked_at = :now, provider_token = NULL WHERE client_id = :client_id AND revoked_at IS NULL
"""
_COUNT = """
    INSERT INTO tally (key_hash, starts_at, ends_at, amount)
    VALUES (:key_hash, :starts_at, :ends_at, :amount)
    ON CONFLICT (key_hash, starts_at, ends_at) DO UPDATE SET amount = tally.amount + excluded.amount
    RETURNING amount
"""


class SqlClients(Database):
    """The tables ``client`` and ``tally``."""

    def get_client(self, client_id: str) -> Client | None:
        """Look among those in the table."""
        row = self._find("SELECT * FROM client WHERE client_id = :client_id", client_id=searchable(client_id))
        return client_of(row) if row else None

    def add_client(self, client: Client) -> None:
        """Insert the client."""
        values = values_of_client(client)
        self._change(inserting("client", values), **values)

    def put_client(self, client: Client) -> None:
        """Insert the client, or write over the one before."""
        self._change(_PUT, **values_of_client(client))

    def touch_client(self, client_id: str, now: int) -> None:
        """Look first, so that most calls do not wait for their turn to write."""
        values = {"client_id": searchable(client_id), "now": now, "due": now - USE_RECORDED_EVERY}
        if self._find(_IS_USE_DUE, **values):
            self._change(_TOUCH, **values)

    def list_clients(self) -> list[Client]:
        """Read the whole table."""
        return [client_of(row) for row in self._find_all("SELECT * FROM client ORDER BY issued_at, client_id")]

    def count_clients(self) -> int:
        """Count the rows."""
        [[count]] = self._find_all("SELECT count(*) FROM client")
        return int(count)

    def remove_client(self, client_id: str, now: int) -> bool:
        """Delete the client and mark its grants in one transaction."""
        values = {"client_id": searchable(client_id), "now": now}

        def remove(session: Session) -> bool:
            if session.execute("DELETE FROM client WHERE client_id = :client_id", values).rowcount == 0:
                return False
            session.execute(_END_GRANTS, values)
            return True

        return self._write(remove)

    def count(self, key_hash: str, now: int, window: int, amount: int = 1) -> int:
        """Insert a window with the amount, or add it to the window. A power failure may forget some of the last."""
        starts_at = now - now % window
        values = {"key_hash": key_hash, "starts_at": starts_at, "ends_at": starts_at + window, "amount": amount}
        [[counted]] = self._write(lambda session: session.execute(_COUNT, values).fetchall(), lasting=False)
        return int(counted)
