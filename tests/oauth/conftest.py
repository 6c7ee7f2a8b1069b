"""An authorization server over a store in memory, without Flask."""

from __future__ import annotations

import pytest

from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.server import AuthorizationServer
from mxcp_flask.oauth.signin import SignIn
from mxcp_flask.oauth.tokens import Lifetimes
from mxcp_flask.store import ConfiguredClients
from tests.oauth.parties import CONFIDENTIAL, LIMITED, PUBLIC, PlainProvider, RecordingStore, Walk
from tests.support.clock import Clock


@pytest.fixture
def store() -> RecordingStore:
    """Return a store that knows a public and a confidential client."""
    store = RecordingStore()
    store.add_client(PUBLIC)
    store.add_client(CONFIDENTIAL)
    return store


@pytest.fixture
def server(store: RecordingStore, clock: Clock) -> AuthorizationServer:
    """Return a server that knows two scopes, and a configured client that may have one of them."""
    policy = ScopePolicy(known=("mxcp:access", "mxcp:admin"))
    return AuthorizationServer(
        ConfiguredClients(store, [LIMITED]), store, policy, Lifetimes(), clock, PlainProvider.name
    )


@pytest.fixture
def provider() -> PlainProvider:
    """Return the provider."""
    return PlainProvider()


@pytest.fixture
def walk(server: AuthorizationServer, provider: PlainProvider) -> Walk:
    """Return a person with a browser and a client."""
    return Walk(server, SignIn(server, provider))
