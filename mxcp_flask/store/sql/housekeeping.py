"""What keeps the tables small, readable with the newest key, and in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mxcp_flask.store.rows import SEALED_COLUMNS, Row, SealedColumn
from mxcp_flask.store.sql.database import Database, Session

_BATCH = 100  # values; a few milliseconds of writing

_CLAIM_SWEEP = """
    INSERT INTO lease (name, ends_at) VALUES ('sweep', :until)
    ON CONFLICT (name) DO UPDATE SET ends_at = excluded.ends_at WHERE lease.ends_at <= :now
"""
# The grants that ended first, no more than may go: all of them may be very many.
_EXPIRED = "(SELECT id FROM grant_ WHERE expires_at <= :now ORDER BY expires_at LIMIT :limit)"
_REVOKED = "(SELECT id FROM grant_ WHERE revoked_at <= :now ORDER BY revoked_at LIMIT :limit)"
_OF_ENDED_GRANTS = (f"grant_id IN {_EXPIRED}", f"grant_id IN {_REVOKED}")
_UNNAMED = """
    AND NOT EXISTS (SELECT 1 FROM token WHERE grant_id = grant_.id)
    AND NOT EXISTS (SELECT 1 FROM authorization_code WHERE grant_id = grant_.id)
"""
# Table, key and what must hold: each condition is one that an index answers, and together they keep to the limit. The
# grants come after what names them, and the clients last: only those without a live grant or request.
_SWEEPS = (
    ("pending_authorization", "handle_hash", "expires_at <= :now"),
    ("token", "token_hash", "expires_at <= :now", *_OF_ENDED_GRANTS),
    ("authorization_code", "code_hash", "expires_at <= :now AND used_at IS NULL", *_OF_ENDED_GRANTS),
    (
        "grant_",
        "id",
        f"expires_at <= :now AND id IN {_EXPIRED} {_UNNAMED}",
        f"revoked_at <= :now AND id IN {_REVOKED} {_UNNAMED}",
    ),
    ("tally", "key_hash, starts_at, ends_at", "ends_at <= :now"),
    (
        "client",
        "client_id",
        """
        (last_used_at < :idle_before OR (last_used_at IS NULL AND coalesce(fresh_until, issued_at) < :unused_before))
        AND NOT EXISTS (SELECT 1 FROM grant_
                        WHERE client_id = client.client_id AND expires_at > :now AND revoked_at IS NULL)
        AND NOT EXISTS (SELECT 1 FROM pending_authorization
                        WHERE client_id = client.client_id AND expires_at > :now)
        """,
    ),
)
# Fails where nothing may be written, and changes nothing.
_TRY = "UPDATE lease SET ends_at = ends_at WHERE name IS NULL"


class SqlHousekeeping(Database):
    """All tables."""

    def claim_sweep(self, now: int, seconds: int) -> bool:
        """Insert the lease, or write over one that has ended."""
        return self._change(_CLAIM_SWEEP, now=now, until=now + seconds) == 1

    def sweep(self, now: int, limit: int, *, unused_before: int | None = None, idle_before: int | None = None) -> int:
        """Delete in one transaction. A time that is None is NULL, which nothing is before.

        Rows that a power failure brings back are over all the same, and go with the next sweep.
        """
        values = {"now": now, "unused_before": unused_before, "idle_before": idle_before}
        return self._write(
            lambda session: sum(self._sweep(session, limit, values, *each) for each in _SWEEPS), lasting=False
        )

    def reseal(self, told: Callable[[int], None] = lambda _: None) -> int:
        """Go through each sealed column in the order of its key, a short transaction for each batch."""
        return sum(self._reseal_column(column, told) for column in SEALED_COLUMNS)

    def derived_key(self, purpose: str) -> bytes:
        """Derive it from the keyring."""
        return self._rows.keyring.derive(purpose)

    def check(self) -> None:
        """Begin to write, and read."""

        def try_both(session: Session) -> None:
            session.execute(_TRY, {})
            session.execute("SELECT value FROM meta", {}).fetchall()

        self._write(try_both)

    def _sweep(
        self, session: Session, limit: int, values: Mapping[str, int | None], table: str, key: str, *conditions: str
    ) -> int:
        gone = 0
        for condition in conditions:
            if gone == limit:
                break
            statement = self.SWEEP.format(table=table, key=key, condition=condition)
            gone += session.execute(statement, {**values, "limit": limit - gone}).rowcount
        return gone

    def _reseal_column(self, column: SealedColumn, told: Callable[[int], None]) -> int:
        select = f"""
            SELECT {column.key} AS key, {column.name} AS sealed FROM {column.table}
            WHERE {column.key} > :last AND substr({column.name}, 1, length(:newest)) <> :newest
            ORDER BY {column.key} LIMIT :limit
        """  # noqa: S608 - names of ours only
        done, last = 0, ""
        while rows := self._find_all(select, last=last, newest=f"{self._rows.keyring.first_id}:", limit=_BATCH):
            done += self._replace(column, rows)
            last = rows[-1]["key"]
            told(len(rows))
        return done

    def _replace(self, column: SealedColumn, rows: list[Row]) -> int:
        # Only what is still as it was read: another caller's newer value stays.
        update = f"""
            UPDATE {column.table} SET {column.name} = :resealed WHERE {column.key} = :key AND {column.name} = :sealed
        """  # noqa: S608 - names of ours only
        values = [{**dict(row), "resealed": self._rows.resealed(column, *row)} for row in rows]
        return self._write(lambda session: session.executemany(update, values).rowcount)
