"""Tests of mxcp_flask.mcp.revisions."""

from __future__ import annotations

from typing import Any

import pytest
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, KNOWN_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS

from mxcp_flask.mcp.revisions import LEGACY, MODERN, REVISIONS, VERSION_KEY, era_of, meta_of

META = {"params": {"_meta": {VERSION_KEY: "2026-07-28"}}}


def test_all_released_revisions_are_served() -> None:
    """The tables must be those of the official package."""
    assert tuple(REVISIONS) == KNOWN_PROTOCOL_VERSIONS
    assert tuple(LEGACY) == HANDSHAKE_PROTOCOL_VERSIONS
    assert tuple(MODERN) == MODERN_PROTOCOL_VERSIONS


@pytest.mark.parametrize(
    ("header", "body", "era"),
    [
        (None, {}, "legacy"),
        (None, [META], "legacy"),
        ("2024-11-05", {}, "legacy"),
        ("2025-11-25", {"params": {"_meta": {"progressToken": 1}}}, "legacy"),
        ("2026-07-28", {}, "modern"),
        ("1999-01-01", {}, "modern"),
        ("", {}, "modern"),
        ("2025-11-25, 2025-11-25", {}, "modern"),
        (None, META, "modern"),
        ("2025-11-25", META, "modern"),
    ],
)
def test_the_era_follows_from_header_and_meta(header: str | None, body: Any, era: str) -> None:
    """A message with any sign of the modern era must be held to its rules."""
    assert era_of(header, body) == era


@pytest.mark.parametrize("body", [None, [], 1, {}, {"params": []}, {"params": {}}, {"params": {"_meta": "x"}}])
def test_a_message_without_meta_has_empty_meta(body: Any) -> None:
    """Looking for _meta must not fail on any shape."""
    assert meta_of(body) == {}
