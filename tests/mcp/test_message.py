"""Tests of mxcp_flask.mcp.message."""

from __future__ import annotations

import pytest

from mxcp_flask.mcp import Caller, HttpMessage
from mxcp_flask.records import ANONYMOUS


@pytest.mark.parametrize(
    ("scopes", "missing"),
    [(None, ()), (frozenset("ab"), ()), (frozenset("b"), ("a",)), (frozenset(), ("a", "b"))],
)
def test_a_caller_lacks_scopes(scopes: frozenset[str] | None, missing: tuple[str, ...]) -> None:
    """What is missing must be told in the order of what is needed, and nothing when authentication is off."""
    assert Caller(ANONYMOUS, scopes).lacks(("a", "b")) == missing


def test_headers_lose_the_blanks_around_them() -> None:
    """Blanks around a value are no part of it (RFC 9110 §5.5)."""
    message = HttpMessage({"mcp-method": " \ttools/list "}, b"")

    assert message.header("mcp-method") == "tools/list"
    assert message.header("mcp-name") is None


def test_a_message_shows_neither_headers_nor_body() -> None:
    """Tokens and arguments are confidential, so that no log line may hold them by accident."""
    shown = repr(HttpMessage({"authorization": "Bearer confidential"}, b"confidential"))

    assert "confidential" not in shown
