"""Tests of mxcp_flask.mcp.levels: log levels."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.mcp.levels import LEVELS
from tests.mcp.client import Client


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_accepted(client: Client, level: str) -> None:
    """Every level of RFC 5424 must be answered with nothing."""
    assert client.legacy("logging/setLevel", {"level": level}).json["result"] == {}


@pytest.mark.parametrize("params", [{}, {"level": "loud"}, {"level": None}, {"level": ["info"]}])
def test_other_levels_are_refused(client: Client, params: dict[str, Any]) -> None:
    """What is no level must be named an error."""
    assert client.legacy("logging/setLevel", params).outcome == (200, -32602)


def test_modern_clients_have_no_such_method(client: Client) -> None:
    """A modern client says its level in each request."""
    assert client.modern("logging/setLevel", {"level": "info"}).outcome == (404, -32601)
