"""All our URLs come from one base."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from mxcp_flask.oauth.urls import Urls, extended


@pytest.mark.parametrize(
    ("base", "resource_metadata"),
    [
        ("https://mcp.example", "https://mcp.example/.well-known/oauth-protected-resource/mcp"),
        ("http://localhost:8000", "http://localhost:8000/.well-known/oauth-protected-resource/mcp"),
        ("https://mcp.example/a/b", "https://mcp.example/.well-known/oauth-protected-resource/a/b/mcp"),
        ("https://[::1]:8000", "https://[::1]:8000/.well-known/oauth-protected-resource/mcp"),
    ],
)
def test_urls_agree(base: str, resource_metadata: str) -> None:
    """Issuer, resource and endpoints start with the base; the metadata's path is inserted (RFC 9728 §3.1)."""
    urls = Urls(base)

    assert (urls.issuer, urls.resource, urls.to("/token")) == (base, f"{base}/mcp", f"{base}/token")
    assert urls.resource_metadata == resource_metadata


@pytest.mark.parametrize(
    "resource",
    [
        "https://mcp.example/mcp",
        "https://mcp.example/mcp/",
        "https://mcp.example/mcp?session=1",
        "HTTPS://MCP.example/mcp",
    ],
)
def test_resource_is_ours(resource: str) -> None:
    """A last slash, a query and the case of scheme and host do not count: clients differ there."""
    assert Urls("https://mcp.example").names_resource(resource)


@pytest.mark.parametrize(
    "resource",
    [
        "",
        "https://mcp.example",
        "https://mcp.example/",
        "https://mcp.example/MCP",
        "https://mcp.example/mcp/x",
        "https://mcp.example/mcp;x",
        "https://mcp.example/x/../mcp",
        "https://mcp.example/mcp#x",
        "https://mcp.example:8443/mcp",
        "https://ada@mcp.example/mcp",
        "https://mcp.example.evil.example/mcp",
        "https://evil.example/mcp",
        "http://mcp.example/mcp",
        "//mcp.example/mcp",
        "/mcp",
        "mcp.example/mcp",
        "https://[::1/mcp",
        "https://mcp.example\\mcp",
        "\ud800",
    ],
)
def test_resource_is_not_ours(resource: str) -> None:
    """Another scheme, host, port or path, a fragment, or what is no URL at all, does not name this server."""
    assert not Urls("https://mcp.example").names_resource(resource)


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/cb",
        "https://app.example",
        "https://app.example/cb?",
        "https://app.example/cb?a=b/c&d&e=%ff",
        "HTTPS://app.example/cb;p?x=%20",
        "cursor://anysphere.cursor-mcp/oauth/callback",
        "com.example.app:/cb",
        "app:///cb",
    ],
)
def test_extended_changes_no_byte(uri: str) -> None:
    """Parameters are added behind what was registered, which stays as it is, and arrive as they were."""
    added = {"code": "a b&c=d", "state": "ä\n\u202e"}
    longer = extended(uri, added)

    assert longer.startswith(uri)
    assert parse_qsl(urlsplit(longer).query, keep_blank_values=True)[-2:] == list(added.items())
    assert longer.isascii()
