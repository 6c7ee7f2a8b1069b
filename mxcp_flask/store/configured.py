"""The clients of the configuration, in front of those that registered themselves."""

from __future__ import annotations

from collections.abc import Iterable

from mxcp_flask.errors import ClientIsConfigured
from mxcp_flask.records import Client
from mxcp_flask.store.base import ClientStore


class ConfiguredClients(ClientStore):
    """Answer with ``clients`` first, then with those of ``store``, which never gets one of ``clients``."""

    def __init__(self, store: ClientStore, clients: Iterable[Client]) -> None:
        self._store = store
        self._configured = {client.client_id: client for client in clients}

    def get_client(self, client_id: str) -> Client | None:
        """Return the configured client, else the store's, else None. Raises StoreError when the store cannot answer."""
        return self._configured.get(client_id) or self._store.get_client(client_id)

    def add_client(self, client: Client) -> None:
        """Add a registered client to the store. Raises ClientIsConfigured when the configuration has its identifier."""
        if client.client_id in self._configured:
            raise ClientIsConfigured(client_id=client.client_id)
        self._store.add_client(client)
