"""Fixtures: a server over a fake database, and a client of it."""

from __future__ import annotations

from typing import cast

import pytest

from mxcp_flask.engine import Database
from mxcp_flask.mcp import McpServer
from tests.mcp.client import Client
from tests.mcp.fakes import CATALOGUE, FakeDatabase
from tests.mcp.nouns import FULL


@pytest.fixture
def database() -> FakeDatabase:
    """Return a database that answers with two orders."""
    return FakeDatabase()


@pytest.fixture
def server(database: FakeDatabase) -> McpServer:
    """Return a server of the catalogue in ``fakes``."""
    return McpServer(CATALOGUE, cast(Database, database), name="shop", version="1.2", instructions="Ask for orders.")


@pytest.fixture
def client(server: McpServer) -> Client:
    """Return a client that may do everything."""
    return Client(server)


@pytest.fixture
def full_server(database: FakeDatabase) -> McpServer:
    """Return a server of the catalogue in ``nouns``, whose results may have 1,000 bytes."""
    return McpServer(FULL, cast(Database, database), name="shop", version="1.2", max_bytes=1_000)


@pytest.fixture
def full(full_server: McpServer) -> Client:
    """Return a client of ``full_server`` that may do everything."""
    return Client(full_server)
