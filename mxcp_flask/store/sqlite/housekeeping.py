"""What keeps the file small, readable with the newest key, and in order."""

from __future__ import annotations

import sqlite3

from mxcp_flask.store.rows import SEALED_COLUMNS, SealedColumn
from mxcp_flask.store.sqlite.database import Database

_BATCH = 100  # values; a few milliseconds of writing

_CLAIM_SWEEP = """
    INSERT INTO lease (name, ends_at) VALUES ('sweep', :until)
    ON CONFLICT (name) DO UPDATE SET ends_at = excluded.ends_at WHERE ends_at <= :now
"""
# The grants come after what names them, and the clients last: only those without a live grant or request.
_SWEEPS = (
    """
    DELETE FROM pending_authorization WHERE handle_hash IN (
        SELECT handle_hash FROM pending_authorization WHERE expires_at <= :now LIMIT :limit)
    """,
    """
    DELETE FROM token WHERE token_hash IN (
        SELECT token_hash FROM token
        WHERE expires_at <= :now
           OR grant_id IN (SELECT id FROM grant_ WHERE expires_at <= :now OR revoked_at <= :now) LIMIT :limit)
    """,
    """
    DELETE FROM authorization_code WHERE code_hash IN (
        SELECT code_hash FROM authorization_code
        WHERE (expires_at <= :now AND used_at IS NULL)
           OR grant_id IN (SELECT id FROM grant_ WHERE expires_at <= :now OR revoked_at <= :now) LIMIT :limit)
    """,
    """
    DELETE FROM grant_ WHERE id IN (
        SELECT id FROM grant_
        WHERE (expires_at <= :now OR revoked_at <= :now)
          AND NOT EXISTS (SELECT 1 FROM token WHERE grant_id = grant_.id)
          AND NOT EXISTS (SELECT 1 FROM authorization_code WHERE grant_id = grant_.id) LIMIT :limit)
    """,
    """
    DELETE FROM tally WHERE (key_hash, starts_at, ends_at) IN (
        SELECT key_hash, starts_at, ends_at FROM tally WHERE ends_at <= :now LIMIT :limit)
    """,
    """
    DELETE FROM client WHERE client_id IN (
        SELECT client_id FROM client
        WHERE (last_used_at < :idle_before
               OR (last_used_at IS NULL AND coalesce(fresh_until, issued_at) < :unused_before))
          AND NOT EXISTS (SELECT 1 FROM grant_
                          WHERE client_id = client.client_id AND expires_at > :now AND revoked_at IS NULL)
          AND NOT EXISTS (SELECT 1 FROM pending_authorization
                          WHERE client_id = client.client_id AND expires_at > :now) LIMIT :limit)
    """,
)


class SqliteHousekeeping(Database):
    """All tables."""

    def claim_sweep(self, now: int, seconds: int) -> bool:
        """Insert the lease, or write over one that has ended."""
        return self._change(_CLAIM_SWEEP, now=now, until=now + seconds) == 1

    def sweep(self, now: int, limit: int, *, unused_before: int | None = None, idle_before: int | None = None) -> int:
        """Delete in one transaction. A time that is None is NULL, which nothing is before."""
        values = {"now": now, "limit": limit, "unused_before": unused_before, "idle_before": idle_before}
        with self._connections.write() as connection:
            return sum(connection.execute(statement, values).rowcount for statement in _SWEEPS)

    def reseal(self) -> int:
        """Go through each sealed column in the order of its key, a short transaction for each batch."""
        return sum(self._reseal_column(column) for column in SEALED_COLUMNS)

    def derived_key(self, purpose: str) -> bytes:
        """Derive it from the keyring."""
        return self._rows.keyring.derive(purpose)

    def check(self) -> None:
        """Begin to write, and read."""
        with self._connections.write() as connection:
            connection.execute("SELECT value FROM meta").fetchall()

    def close(self) -> None:
        """Close the connections of this process."""
        self._connections.close()

    def _reseal_column(self, column: SealedColumn) -> int:
        select = f"""
            SELECT {column.key} AS key, {column.name} AS sealed FROM {column.table}
            WHERE {column.key} > :last AND substr({column.name}, 1, length(:newest)) <> :newest
            ORDER BY {column.key} LIMIT :limit
        """  # noqa: S608 - names of ours only
        done, last = 0, ""
        while rows := self._find_all(select, last=last, newest=f"{self._rows.keyring.first_id}:", limit=_BATCH):
            done += self._replace(column, rows)
            last = rows[-1]["key"]
        return done

    def _replace(self, column: SealedColumn, rows: list[sqlite3.Row]) -> int:
        # Only what is still as it was read: another caller's newer value stays.
        update = f"""
            UPDATE {column.table} SET {column.name} = :resealed WHERE {column.key} = :key AND {column.name} = :sealed
        """  # noqa: S608 - names of ours only
        values = [{**dict(row), "resealed": self._rows.resealed(column, *row)} for row in rows]
        with self._connections.write() as connection:
            return connection.executemany(update, values).rowcount
