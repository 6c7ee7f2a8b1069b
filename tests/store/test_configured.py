"""Configured clients in front of a store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mxcp_flask.errors import ClientIsConfigured
from mxcp_flask.records import Client
from mxcp_flask.store import ConfiguredClients, MemoryStore
from tests.contracts.store.samples import CLIENT, DOCUMENT, NOW

CONFIGURED = Client(
    client_id="configured", name="Configured", redirect_uris=("https://app.example/cb",), configured=True
)


@pytest.fixture
def store() -> MemoryStore:
    """Give the store behind."""
    return MemoryStore()


def test_configured_client_is_found(store: MemoryStore) -> None:
    """A configured client is found and is not in the store."""
    clients = ConfiguredClients(store, [CONFIGURED])

    assert clients.get_client("configured") == CONFIGURED
    assert store.get_client("configured") is None


def test_configured_client_comes_first(store: MemoryStore) -> None:
    """A configured client hides one of the store with its identifier."""
    store.add_client(replace(CONFIGURED, name="Registered before", configured=False))

    assert ConfiguredClients(store, [CONFIGURED]).get_client("configured") == CONFIGURED


def test_registered_client_goes_to_the_store(store: MemoryStore) -> None:
    """A registered client is written to the store and found through both."""
    clients = ConfiguredClients(store, [CONFIGURED])
    clients.add_client(CLIENT)

    assert clients.get_client(CLIENT.client_id) == CLIENT
    assert store.get_client(CLIENT.client_id) == CLIENT


def test_configured_client_is_never_written(store: MemoryStore) -> None:
    """Registering under a configured identifier is refused and writes nothing."""
    clients = ConfiguredClients(store, [CONFIGURED])

    for write in (clients.add_client, clients.put_client):
        with pytest.raises(ClientIsConfigured, match="configured comes from the configuration"):
            write(replace(CONFIGURED, name="Intruder", configured=False))
    assert store.get_client("configured") is None
    assert clients.get_client("configured") == CONFIGURED


def test_unknown_client(store: MemoryStore) -> None:
    """A client that neither knows gives None."""
    assert ConfiguredClients(store, [CONFIGURED]).get_client("unknown") is None


def test_document_goes_to_the_store(store: MemoryStore) -> None:
    """The client of a metadata document is written to the store, and read again in its place."""
    clients = ConfiguredClients(store, [CONFIGURED])
    clients.put_client(DOCUMENT)
    clients.put_client(replace(DOCUMENT, name="Newer"))

    assert store.get_client(DOCUMENT.client_id) == replace(DOCUMENT, name="Newer")


def test_use_is_remembered_in_the_store(store: MemoryStore) -> None:
    """The use of a registered client is remembered, and that of a configured one is not, whoever else has its name."""
    hidden = replace(CONFIGURED, name="Registered before", configured=False)
    store.add_client(hidden)
    store.add_client(CLIENT)
    clients = ConfiguredClients(store, [CONFIGURED])
    for client_id in ("configured", CLIENT.client_id, "unknown"):
        clients.touch_client(client_id, NOW)

    assert store.list_clients() == [hidden, replace(CLIENT, last_used_at=NOW)]
    assert clients.get_client("configured") == CONFIGURED
