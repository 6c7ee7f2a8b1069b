"""Clients that registered themselves, and cached client metadata documents."""

from __future__ import annotations

from dataclasses import replace

from mxcp_flask.records import Client
from mxcp_flask.store.base import USE_RECORDED_EVERY
from mxcp_flask.store.memory.tables import Tables, add


class MemoryClients(Tables):
    """The tables of clients and of what is counted."""

    def get_client(self, client_id: str) -> Client | None:
        """Look among those in the table."""
        return self._clients.get(client_id)

    def add_client(self, client: Client) -> None:
        """Keep the client."""
        with self._lock:
            add(self._clients, {client.client_id: client})

    def put_client(self, client: Client) -> None:
        """Keep the client, with the last use of the one before."""
        with self._lock:
            before = self._clients.get(client.client_id)
            if before and client.last_used_at is None:
                client = replace(client, last_used_at=before.last_used_at)
            self._clients[client.client_id] = client

    def touch_client(self, client_id: str, now: int) -> None:
        """Keep the client with the new time."""
        with self._lock:
            client = self._clients.get(client_id)
            if client and (client.last_used_at is None or client.last_used_at <= now - USE_RECORDED_EVERY):
                self._clients[client_id] = replace(client, last_used_at=now)

    def list_clients(self) -> list[Client]:
        """Sort the table."""
        with self._lock:
            return sorted(self._clients.values(), key=lambda client: (client.issued_at, client.client_id))

    def count_clients(self) -> int:
        """Count the table."""
        return len(self._clients)

    def remove_client(self, client_id: str, now: int) -> bool:
        """Drop the client and mark its grants."""
        with self._lock:
            if self._clients.pop(client_id, None) is None:
                return False
            for grant in [grant for grant in self._grants.values() if grant.client_id == client_id]:
                self._revoke(grant, now)
            return True

    def count(self, key_hash: str, now: int, window: int, amount: int = 1) -> int:
        """Count in the table."""
        starts_at = now - now % window
        key = (key_hash, starts_at, starts_at + window)
        with self._lock:
            self._tally[key] = self._tally.get(key, 0) + amount
            return self._tally[key]
