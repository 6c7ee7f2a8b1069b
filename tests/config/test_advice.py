"""What works but will surprise is told at start, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.config.advice import advice
from tests.support.site import Site, github_auth

PUBLIC = "https://mcp.example.org"
NOBODY: dict[str, Any] = {"provider": "none"}
OWN = "http://localhost:8000/github/callback"


def told(folder: Path, auth: dict[str, Any] | None = None, **transport: Any) -> list[str]:
    """Return the warnings for these settings, without the file."""
    site = Site(folder / "site", auth, **transport)
    return [str(fault).removeprefix(f"{site.config}: ") for fault in advice(site.settings())]


def client(*redirect_uris: str) -> dict[str, Any]:
    """Return an auth section with one configured client."""
    return github_auth(clients=[{"client_id": "desk", "name": "Desk", "redirect_uris": list(redirect_uris)}])


@pytest.mark.parametrize(
    ("auth", "transport"),
    [
        (None, {}),
        (None, {"base_url": PUBLIC, "host": "0.0.0.0"}),
        (None, {"base_url": f"{PUBLIC}/team/tools"}),
        (None, {"scheme": "https", "host": "0.0.0.0"}),
        (None, {"trust_proxy": True, "host": "127.0.0.1"}),
        (None, {"trust_proxy": ["10.0.0.0/8"], "host": "0.0.0.0"}),
        (None, {"base_url": "http://localhost:8000"}),
        (None, {"scheme": "http"}),
        (NOBODY, {"scheme": "https", "trust_proxy": ["10.0.0.1"]}),
        (client("https://mcp.example.org/github/callback"), {"base_url": PUBLIC}),
        (client("http://127.0.0.1:49153/oauth/callback"), {"base_url": PUBLIC}),
        (client(OWN), {}),
        (NOBODY, {}),
        (NOBODY, {"host": "0.0.0.0"}),
        (NOBODY, {"base_url": "http://mcp.internal"}),
        (NOBODY, {"trust_proxy": ["10.0.0.0/8"]}),
    ],
)
def test_nothing_to_say(tmp_path: Path, auth: dict[str, Any] | None, transport: dict[str, Any]) -> None:
    """Settings that do what they look like get no warning."""
    assert told(tmp_path, auth, **transport) == []


@pytest.mark.parametrize(
    ("auth", "transport", "where", "words"),
    [
        (None, {"trust_proxy": True, "host": "0.0.0.0"}, "transport.http.trust_proxy", "list the proxy's addresses"),
        (None, {"base_url": f"{PUBLIC}/mcp"}, "transport.http.base_url", "the MCP endpoint is at /mcp/mcp"),
        (None, {"path_prefix": "/a/mcp"}, "transport.http.path_prefix", "the MCP endpoint is at /a/mcp/mcp"),
        (None, {"base_url": "https://localhost:8000"}, "transport.http.base_url", "begin with http, or name the port"),
        (None, {"host": "0.0.0.0"}, "transport.http.host", "behind a proxy with TLS set base_url"),
        (None, {"host": "0.0.0.0", "scheme": "http"}, "transport.http.scheme", "write https, or remove it"),
        (None, {"trust_proxy": ["10.0.0.1"], "scheme": "http"}, "transport.http.scheme", "on this machine only"),
        (None, {"host": "mcp.internal"}, "transport.http.host", "our URLs begin with http:"),
        (
            None,
            {"base_url": f"{PUBLIC}/github"},
            "auth.github.callback_path",
            "the callback is at /github/github/callback: leave /github out",
        ),
        (
            client(OWN, "https://mcp.example.org/github/callback"),
            {"base_url": PUBLIC},
            "auth.clients.0.redirect_uris",
            f"{OWN} is our own callback without TLS; it is {PUBLIC}/github/callback now",
        ),
        (client(OWN), {"scheme": "https"}, "auth.clients.0.redirect_uris", "it is https://.../github/callback now"),
        (NOBODY, {"base_url": PUBLIC}, "auth.provider", "everybody who can reach it"),
        (NOBODY, {"scheme": "https"}, "transport.http.scheme", "set base_url"),
        (NOBODY, {"trust_proxy": True}, "transport.http.trust_proxy", "list the proxy's addresses in trust_proxy"),
    ],
)
def test_warning(
    tmp_path: Path, auth: dict[str, Any] | None, transport: dict[str, Any], where: str, words: str
) -> None:
    """What will surprise is one warning, with its key and what to write instead."""
    [line] = told(tmp_path, auth, **transport)

    assert line.startswith(f"{where}: ")
    assert words in line
