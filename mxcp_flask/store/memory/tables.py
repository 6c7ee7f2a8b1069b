"""What the store's parts share: the tables, their lock, and what is asked of several tables."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.records import AuthorizationCode, Client, Grant, PendingAuthorization, Token

Key = TypeVar("Key")
Record = TypeVar("Record")
Window = tuple[str, int, int]  # the key's hash, first second, end


class Tables:
    """Dictionaries by key, under one lock. What a method with an underscore does needs the lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[str, Client] = {}
        self._tally: dict[Window, int] = {}
        self._pending: dict[str, PendingAuthorization] = {}
        self._grants: dict[str, Grant] = {}
        self._leases: dict[str, int] = {}  # by grant, when it ends
        self._codes: dict[str, AuthorizationCode] = {}
        self._tokens: dict[str, Token] = {}
        self._sweep_lease = 0
        self._secret = os.urandom(32)

    def _live(self, grant_id: str, now: int) -> Grant | None:
        grant = self._grants.get(grant_id)
        return grant if grant and grant.revoked_at is None and grant.expires_at > now else None

    def _revoke(self, grant: Grant, now: int) -> None:
        if grant.revoked_at is None:
            self._grants[grant.id] = replace(grant, revoked_at=now, provider_token=None)

    def _add_tokens(self, tokens: list[Token]) -> None:
        self._require_grants(token.grant_id for token in tokens)
        add(self._tokens, {token.token_hash: token for token in tokens})

    def _require_grants(self, grant_ids: Iterable[str]) -> None:
        if not self._grants.keys() >= set(grant_ids):
            raise StoreNotUsable(path="in memory", reason="a record names a grant that is not there")


def add(table: dict[Key, Record], records: dict[Key, Record]) -> None:
    """Add ``records`` by key. Raises StoreNotUsable, having added none, when a key is there already."""
    refuse_known(table, records)
    table.update(records)


def refuse_known(table: dict[Key, Record], keys: Iterable[Key]) -> None:
    """Raise StoreNotUsable when one of ``keys`` is there already."""
    if not table.keys().isdisjoint(keys):
        raise StoreNotUsable(path="in memory", reason="a record with this key is there already")


def drop(table: dict[Key, Record], keys: Iterable[Key], limit: int) -> int:
    """Remove the records of the first ``limit`` of ``keys``, and return how many they were."""
    chosen = list(islice(keys, limit))
    for key in chosen:
        del table[key]
    return len(chosen)
