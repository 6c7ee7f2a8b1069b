"""The store in this process's memory, for development and tests. What it knows ends with the process."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.records import AuthorizationCode, Client, Grant, PendingAuthorization, Stage, Token
from mxcp_flask.store.base import Store

Record = TypeVar("Record")


class MemoryStore(Store):
    """Keep all state in dictionaries by key, under one lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._pending: dict[str, PendingAuthorization] = {}
        self._grants: dict[str, Grant] = {}
        self._codes: dict[str, AuthorizationCode] = {}
        self._tokens: dict[str, Token] = {}

    def get_client(self, client_id: str) -> Client | None:
        """Look among the registered clients."""
        return self._clients.get(client_id)

    def add_client(self, client: Client) -> None:
        """Keep the client."""
        with self._lock:
            _add(self._clients, {client.client_id: client})

    def add_pending(self, pending: PendingAuthorization) -> None:
        """Keep the request."""
        with self._lock:
            _add(self._pending, {pending.handle_hash: pending})

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

    def add_grant(self, grant: Grant, code: AuthorizationCode) -> None:
        """Keep both. The provider's token is never at rest here."""
        with self._lock:
            _refuse_known(self._codes, {code.code_hash})
            _add(self._grants, {grant.id: grant})
            _add(self._codes, {code.code_hash: code})

    def find_code(self, code_hash: str) -> AuthorizationCode | None:
        """Look the code up. Without a clock, only a revoked grant counts as ended."""
        with self._lock:
            code = self._codes.get(code_hash)
            return code if code and self._grants[code.grant_id].revoked_at is None else None

    def redeem_code(self, code_hash: str, tokens: list[Token], now: int) -> bool:
        """Mark the code and keep the tokens."""
        with self._lock:
            code = self._codes.get(code_hash)
            if code is None or code.used_at is not None or code.expires_at <= now or self._ended(code.grant_id, now):
                return False
            _add(self._tokens, {token.token_hash: token for token in tokens})
            self._codes[code_hash] = replace(code, used_at=now)
            return True

    def burn_code(self, code_hash: str, now: int) -> None:
        """Mark the code."""
        with self._lock:
            code = self._codes.get(code_hash)
            if code and code.used_at is None:
                self._codes[code_hash] = replace(code, used_at=now)

    def find_token(self, token_hash: str, now: int) -> tuple[Token, Grant] | None:
        """Look token and grant up."""
        with self._lock:
            token = self._tokens.get(token_hash)
            if token is None or token.expires_at <= now or self._ended(token.grant_id, now):
                return None
            return token, self._grants[token.grant_id]

    def revoke_grant(self, grant_id: str, now: int) -> None:
        """Mark the grant, and forget its provider's token."""
        with self._lock:
            grant = self._grants.get(grant_id)
            if grant and grant.revoked_at is None:
                self._grants[grant_id] = replace(grant, revoked_at=now, provider_token=None)

    def sweep(self, now: int, limit: int) -> int:
        """Delete the grants last: only those that no code or token names any more."""
        with self._lock:
            ended = {grant_id for grant_id in self._grants if self._ended(grant_id, now)}
            pending = [key for key, p in self._pending.items() if p.expires_at <= now]
            tokens = [key for key, t in self._tokens.items() if t.expires_at <= now or t.grant_id in ended]
            codes = [key for key, c in self._codes.items() if c.grant_id in ended or _unused_and_over(c, now)]
            gone = _drop(self._pending, pending[:limit])
            gone += _drop(self._tokens, tokens[:limit]) + _drop(self._codes, codes[:limit])
            return gone + _drop(self._grants, sorted(ended - self._named_grants())[:limit])

    def check(self) -> None:
        """Do nothing: memory is always there."""

    def close(self) -> None:
        """Do nothing: the memory goes with the object."""

    def _in_stage(self, handle_hash: str, stage: Stage, now: int) -> PendingAuthorization | None:
        pending = self.find_pending(handle_hash, now)
        return pending if pending and pending.stage == stage else None

    def _keep(self, pending: PendingAuthorization) -> PendingAuthorization:
        self._pending[pending.handle_hash] = pending
        return pending

    def _ended(self, grant_id: str, now: int) -> bool:
        grant = self._grants[grant_id]
        return grant.revoked_at is not None or grant.expires_at <= now

    def _named_grants(self) -> set[str]:
        codes = {code.grant_id for code in self._codes.values()}
        return codes | {token.grant_id for token in self._tokens.values()}


def _add(table: dict[str, Record], records: dict[str, Record]) -> None:
    _refuse_known(table, records.keys())
    table.update(records)


def _refuse_known(table: dict[str, Record], keys: Iterable[str]) -> None:
    if not table.keys().isdisjoint(keys):
        raise StoreNotUsable(path="in memory", reason="a record with this key is there already")


def _drop(table: dict[str, Record], keys: list[str]) -> int:
    for key in keys:
        del table[key]
    return len(keys)


def _unused_and_over(code: AuthorizationCode, now: int) -> bool:
    return code.used_at is None and code.expires_at <= now
