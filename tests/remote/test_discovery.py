"""Finding out what a server says of itself, and refusing what does not fit."""

from __future__ import annotations

from typing import Any

import pytest

from mxcp_flask.errors import RemoteError, RemoteInsecure, RemoteUnexpected, RemoteUnreachable, SignInNotAsked
from mxcp_flask.remote.discovery import discover, well_known
from tests.remote.conftest import Stranger


def test_a_server_is_found(stranger: Stranger) -> None:
    """Its endpoints must be its metadata's, and the first scopes those of its challenge."""
    server = discover(stranger.url)

    assert server.token_endpoint == stranger.metadata["token_endpoint"]
    assert server.scopes == ("a", "b")
    assert server.names_itself


def test_a_path_follows_the_well_known_one() -> None:
    """RFC 8414 §3.1 puts the well-known path between host and path."""
    assert well_known("https://h.example/team", "x") == "https://h.example/.well-known/x/team"


@pytest.mark.parametrize(
    ("document", "change", "said"),
    [
        ("resource", {"resource": "https://bank.example/mcp"}, "it says that its URL is https://bank.example/mcp"),
        ("resource", {"authorization_servers": []}, "no authorization server"),
        ("metadata", {"issuer": "https://evil.example"}, "another issuer, https://evil.example"),
        ("metadata", {"code_challenge_methods_supported": ["plain"]}, "PKCE"),
        ("metadata", {"token_endpoint": None}, "no token_endpoint"),
        ("metadata", {"token_endpoint": 5}, "token_endpoint is no URL"),
    ],
)
def test_what_does_not_fit_is_refused(stranger: Stranger, document: str, change: dict[str, Any], said: str) -> None:
    """A server whose documents contradict each other must not get a sign-in."""
    getattr(stranger, document).update(change)

    with pytest.raises(RemoteUnexpected, match=said):
        discover(stranger.url)


def test_an_endpoint_without_tls_is_refused(stranger: Stranger) -> None:
    """No code and no token may go over plain http to another machine."""
    stranger.metadata["token_endpoint"] = "http://elsewhere.example/token"

    with pytest.raises(RemoteInsecure):
        discover(stranger.url)


def test_a_server_without_tls_is_refused() -> None:
    """Not even the first request may go there."""
    with pytest.raises(RemoteInsecure):
        discover("http://192.0.2.1/mcp")


def test_a_redirect_is_refused(stranger: Stranger) -> None:
    """Where a server sends us is not whom the person named."""
    stranger.answers["mcp"] = ("", 302, {"Location": "https://elsewhere.example/mcp"})

    with pytest.raises(RemoteUnexpected, match=r"a redirect to https://elsewhere\.example/mcp"):
        discover(stranger.url)


def test_nobody_asks_for_a_sign_in(stranger: Stranger) -> None:
    """A server that answers at once needs no sign-in, and that must be said."""
    stranger.answers["mcp"] = ({"jsonrpc": "2.0", "id": 1, "result": {}}, 200)

    with pytest.raises(SignInNotAsked):
        discover(stranger.url)


def test_what_is_no_mcp_endpoint(stranger: Stranger) -> None:
    """A page of another kind must be told from an MCP endpoint."""
    stranger.answers["mcp"] = ("<h1>Hello</h1>", 200)

    with pytest.raises(RemoteError, match="Is it the URL of an MCP endpoint"):
        discover(stranger.url)


def test_nobody_is_there() -> None:
    """The reason must be in words."""
    with pytest.raises(RemoteUnreachable, match=r"connection refused \(is the server running\?\)"):
        discover("http://127.0.0.1:1/mcp")
