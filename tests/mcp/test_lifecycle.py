"""Tests of mxcp_flask.mcp.lifecycle."""

from __future__ import annotations

from typing import Any, cast

import pytest
from mcp_types.methods import validate_server_result

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.mcp import Caller, McpServer
from tests.mcp.client import ALICE, Client
from tests.mcp.fakes import CATALOGUE, FakeDatabase
from tests.mcp.nouns import FULL

HELLO = {"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


@pytest.mark.parametrize(
    ("wanted", "agreed"),
    [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
        ("", "2025-11-25"),
    ],
)
def test_the_handshake_agrees_on_a_legacy_revision(client: Client, wanted: str, agreed: str) -> None:
    """A served legacy revision must be echoed, anything else answered with the newest that has a handshake."""
    result = client.legacy("initialize", {**HELLO, "protocolVersion": wanted}, version=None).json["result"]

    validate_server_result("initialize", agreed, result)
    assert result == {
        "protocolVersion": agreed,
        "capabilities": {"tools": {}, "logging": {}},
        "serverInfo": {"name": "shop", "version": "1.2"},
        "instructions": "Ask for orders.",
    }


@pytest.mark.parametrize("params", [HELLO, {**HELLO, "protocolVersion": 2025}, {**HELLO, "protocolVersion": None}])
def test_a_handshake_without_a_version_is_refused(client: Client, params: dict[str, Any]) -> None:
    """There must be a version to agree on."""
    assert client.legacy("initialize", params, version=None).outcome == (200, -32602)


def test_a_ping_is_answered_with_nothing(client: Client) -> None:
    """The result of a ping must be an empty object."""
    assert client.legacy("ping").json == {"jsonrpc": "2.0", "id": 7, "result": {}}


def test_discovery_names_the_stateless_revisions(client: Client) -> None:
    """A modern client must learn everything from one result."""
    result = client.modern("server/discover").json["result"]

    validate_server_result("server/discover", "2026-07-28", result)
    assert result == {
        "resultType": "complete",
        "supportedVersions": ["2026-07-28"],
        "capabilities": {"tools": {}},
        "instructions": "Ask for orders.",
        "ttlMs": 3_600_000,
        "cacheScope": "private",
        "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "shop", "version": "1.2"}},
    }


@pytest.mark.parametrize("method", ["server/discover", "initialize"])
@pytest.mark.parametrize(
    ("nouns", "offered"),
    [
        ({}, {"tools"}),
        ({"prompts": FULL.prompts}, {"tools", "prompts", "completions"}),
        ({"resources": FULL.resources}, {"tools", "resources", "completions"}),
        ({"resources": {"shop://about": FULL.resources["shop://about"]}}, {"tools", "resources"}),
    ],
)
def test_the_capabilities_follow_the_endpoint_files(
    database: FakeDatabase, method: str, nouns: dict[str, Any], offered: set[str]
) -> None:
    """What a project has must be offered, to every caller alike, so that no client asks in vain."""
    catalogue = Catalogue(tools={}, **nouns)
    server = McpServer(catalogue, cast(Database, database), name="shop", version="1.2")
    client = Client(server, Caller(ALICE, frozenset()))
    params = {**HELLO, "protocolVersion": "2025-11-25"}
    answer = client.legacy(method, params) if method == "initialize" else client.modern(method)

    assert answer.json["result"]["capabilities"].keys() >= offered
    assert not answer.json["result"]["capabilities"].keys() & ({"resources", "prompts", "completions"} - offered)


def test_a_server_without_instructions_sends_none(database: FakeDatabase) -> None:
    """An absent text must be absent, not null or empty."""
    client = Client(McpServer(CATALOGUE, cast(Database, database), name="shop", version="1.2"))

    assert "instructions" not in client.modern("server/discover").json["result"]
    assert "instructions" not in client.legacy("initialize", {**HELLO, "protocolVersion": "2025-11-25"}).json["result"]
