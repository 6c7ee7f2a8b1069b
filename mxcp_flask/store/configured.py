"""The clients of the configuration, in front of those that registered themselves."""

from __future__ import annotations

from collections.abc import Iterable

from mxcp_flask.errors import ClientIsConfigured
from mxcp_flask.records import Client
from mxcp_flask.store.base import ClientStore


class ConfiguredClients(ClientStore):
    """Answer with ``clients`` first, then with those of ``store``, which never gets one of ``clients``.

    Every method raises StoreError when the store cannot answer.
    """

    def __init__(self, store: ClientStore, clients: Iterable[Client]) -> None:
        self._store = store
        self._configured = {client.client_id: client for client in clients}

    def get_client(self, client_id: str) -> Client | None:
        """Return the configured client, else the store's, else None."""
        return self._configured.get(client_id) or self._store.get_client(client_id)

    def add_client(self, client: Client) -> None:
        """Add a registered client to the store. Raises ClientIsConfigured when the configuration has its identifier."""
        self._refuse_configured(client)
        self._store.add_client(client)

    def put_client(self, client: Client) -> None:
        """Keep a document's client in the store. Raises ClientIsConfigured as ``add_client`` does."""
        self._refuse_configured(client)
        self._store.put_client(client)

    def touch_client(self, client_id: str, now: int) -> None:
        """Remember the use in the store. The use of a configured client is not remembered."""
        if client_id not in self._configured:
            self._store.touch_client(client_id, now)

    def _refuse_configured(self, client: Client) -> None:
        if client.client_id in self._configured:
            raise ClientIsConfigured(client_id=client.client_id)
