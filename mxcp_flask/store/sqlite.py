"""The store in one SQLite file, shared by the processes of one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from mxcp_flask.records import AuthorizationCode, Client, Grant, PendingAuthorization, Token
from mxcp_flask.store.base import Store
from mxcp_flask.store.connections import Connections
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.rows import SealedRows, client_of, values_of_client
from mxcp_flask.store.schema import prepare_database

_TOKEN_WIDTH = len(fields(Token))

# One statement, because it runs for every protected call.
_FIND_BEARER = """
    SELECT token.token_hash, token.kind, token.grant_id, token.client_id, token.scope, token.resource,
           token.issued_at, token.expires_at, token.used_at, token.uses,
           grant_.id, grant_.client_id, grant_.provider, grant_.user_id, grant_.profile, grant_.scope, grant_.resource,
           grant_.created_at, grant_.expires_at, grant_.provider_token, grant_.revoked_at
    FROM token JOIN grant_ ON grant_.id = token.grant_id
    WHERE token.token_hash = :token_hash AND token.expires_at > :now
      AND grant_.expires_at > :now AND grant_.revoked_at IS NULL
"""
_FIND_CODE = """
    SELECT authorization_code.* FROM authorization_code JOIN grant_ ON grant_.id = authorization_code.grant_id
    WHERE authorization_code.code_hash = :code_hash AND grant_.revoked_at IS NULL
"""
_CLAIM_CODE = """
    UPDATE authorization_code SET used_at = :now
    WHERE code_hash = :code_hash AND used_at IS NULL AND expires_at > :now
      AND EXISTS (SELECT 1 FROM grant_ WHERE id = grant_id AND expires_at > :now AND revoked_at IS NULL)
    RETURNING code_hash
"""
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
# Nothing can use the provider's token of an ended grant, so it goes at once.
_REVOKE = "UPDATE grant_ SET revoked_at = :now, provider_token = NULL WHERE id = :grant_id AND revoked_at IS NULL"
# The grants come last: only those that no code or token names any more.
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
)


class SqliteStore(Store):
    """Keep all state in the file at ``path``, sealing with ``keyring``. Threads and forked processes may share it.

    Raises:
        StoreNotUsable: the file cannot be created, read or written, is no database of ours, or others may read it.
        StoreSchemaNewer: a later version wrote it.
        StoreKeyWrong: it was sealed with keys that ``keyring`` lacks.

    """

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._connections = Connections(path)
        self._rows = SealedRows(keyring, path)
        prepare_database(self._connections, keyring)

    def get_client(self, client_id: str) -> Client | None:
        """Look among the registered clients."""
        row = self._find("SELECT * FROM client WHERE client_id = :client_id", client_id=_searchable(client_id))
        return client_of(row) if row else None

    def add_client(self, client: Client) -> None:
        """Insert the client."""
        with self._connections.write() as connection:
            _insert(connection, "client", values_of_client(client))

    def add_pending(self, pending: PendingAuthorization) -> None:
        """Insert the request, its verifier sealed."""
        values = self._rows.values_of_pending(pending)
        with self._connections.write() as connection:
            _insert(connection, "pending_authorization", values)

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

    def add_grant(self, grant: Grant, code: AuthorizationCode) -> None:
        """Insert both in one transaction, the provider's token sealed."""
        values = self._rows.values_of_grant(grant)
        with self._connections.write() as connection:
            _insert(connection, "grant_", values)
            _insert(connection, "authorization_code", vars(code))

    def find_code(self, code_hash: str) -> AuthorizationCode | None:
        """Look the code up. Without a clock, only a revoked grant counts as ended."""
        row = self._find(_FIND_CODE, code_hash=code_hash)
        return AuthorizationCode(**dict(row)) if row else None

    def redeem_code(self, code_hash: str, tokens: list[Token], now: int) -> bool:
        """Claim the code and insert the tokens in one transaction."""
        with self._connections.write() as connection:
            if _one(connection, _CLAIM_CODE, {"code_hash": code_hash, "now": now}) is None:
                return False
            for token in tokens:
                _insert(connection, "token", vars(token))
            return True

    def burn_code(self, code_hash: str, now: int) -> None:
        """Claim the code."""
        self._change(
            "UPDATE authorization_code SET used_at = :now WHERE code_hash = :code_hash AND used_at IS NULL",
            code_hash=code_hash,
            now=now,
        )

    def find_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Look token and grant up in one statement."""
        row = self._find(_FIND_BEARER, token_hash=token_hash, now=now)
        if row is None:
            return None
        return Token(*row[:_TOKEN_WIDTH]), self._rows.grant_of(row[_TOKEN_WIDTH:])

    def revoke_grant(self, grant_id: str, now: int) -> None:
        """Mark the grant, which every look-up and claim heeds, and forget its provider's token."""
        self._change(_REVOKE, grant_id=grant_id, now=now)

    def sweep(self, now: int, limit: int) -> int:
        """Delete in one transaction."""
        with self._connections.write() as connection:
            return sum(connection.execute(statement, {"now": now, "limit": limit}).rowcount for statement in _SWEEPS)

    def check(self) -> None:
        """Begin to write, and read."""
        with self._connections.write() as connection:
            connection.execute("SELECT value FROM meta").fetchall()

    def close(self) -> None:
        """Close the connections of this process."""
        self._connections.close()

    def _find(self, query: str, **values: Any) -> sqlite3.Row | None:
        with self._connections.read() as connection:
            return _one(connection, query, values)

    def _change(self, statement: str, **values: Any) -> None:
        with self._connections.write() as connection:
            connection.execute(statement, values)

    def _claim_pending(self, statement: str, **values: Any) -> PendingAuthorization | None:
        with self._connections.write() as connection:
            row = _one(connection, statement, values)
            return self._rows.pending_of(row) if row else None  # inside: what does not open is not used up


def _one(connection: sqlite3.Connection, statement: str, values: Mapping[str, Any]) -> sqlite3.Row | None:
    rows = connection.execute(statement, values).fetchall()  # to the end, or the statement holds its lock
    return rows[0] if rows else None


def _insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any]) -> None:
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)  # noqa: S608 - names of ours only


def _searchable(text: str) -> str:
    """Replace the lone surrogates that SQLite cannot bind; no identifier that we made holds the replacement."""
    return text.encode("utf-8", "replace").decode()
