"""Tests of mxcp_flask.mcp.client_capabilities: what an endpoint needs of its client."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.mcp.revisions import LEGACY
from tests.mcp.asking import ALL, Clock, accept, ask, server, somebody
from tests.mcp.client import Client
from tests.mcp.fakes import FakeDatabase

FORM: dict[str, Any] = {"elicitation": {"form": {}}}


@pytest.fixture
def asker(database: FakeDatabase) -> Client:
    """Return a client of a server that asks."""
    return Client(server(database, Clock()), somebody())


@pytest.mark.parametrize(
    ("name", "declared", "missing"),
    [
        ("needy", {}, {"sampling": {}}),
        ("needy", {"sampling": None, "roots": {}}, {"sampling": {}}),
        ("delete", {"sampling": {}}, FORM),
        ("delete", {"elicitation": {"url": {}}}, FORM),
        ("many", {"roots": {}}, {**FORM, "sampling": {}}),
    ],
)
def test_what_the_client_did_not_declare_is_named(
    asker: Client, database: FakeDatabase, name: str, declared: Any, missing: Any
) -> None:
    """The error must hold the capabilities that are missing, and nothing may run."""
    answer = ask(asker, name, capabilities=declared)

    assert answer.outcome == (400, -32021)
    assert answer.json["error"]["data"] == {"requiredCapabilities": missing}
    assert database.calls == []


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("needy", {"sampling": {}}),
        ("plain", {}),
        ("delete", {"elicitation": {}}),
        ("delete", {"elicitation": {"form": {}, "url": {}}}),
        ("many", ALL),
    ],
)
def test_what_the_client_declared_suffices(asker: Client, name: str, declared: Any) -> None:
    """An empty object for elicitation means forms."""
    assert ask(asker, name, capabilities=declared).outcome == (200, None)


@pytest.mark.parametrize("version", LEGACY)
def test_legacy_clients_see_what_they_can_use(asker: Client, version: str) -> None:
    """What needs to ask must not be listed to clients that cannot be asked."""
    assert [tool["name"] for tool in asker.legacy("tools/list", {}, version).json["result"]["tools"]] == ["plain"]
    assert asker.legacy("prompts/list", {}, version).json["result"]["prompts"] == []
    assert asker.legacy("resources/list", {}, version).json["result"]["resources"] == []
    assert len(asker.modern("tools/list").json["result"]["tools"]) == 4


@pytest.mark.parametrize("version", LEGACY)
def test_legacy_calls_say_which_revision_is_needed(asker: Client, database: FakeDatabase, version: str) -> None:
    """Nothing may run without the person's answer, even one that was sent unasked."""
    params = {"name": "delete", "arguments": {"table": "orders"}, "inputResponses": {"sure": accept(sure=True)}}
    answer = asker.legacy("tools/call", params, version).json["result"]

    assert answer["isError"]
    assert "2026-07-28" in answer["content"][0]["text"]
    assert asker.legacy("prompts/get", {"name": "ask"}, version).outcome == (200, -32602)
    assert asker.legacy("resources/read", {"uri": "shop://ask"}, version).outcome == (200, -32602)
    assert database.calls == []
