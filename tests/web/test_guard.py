"""Tests of the guard: what reaches the MCP endpoint, and the challenges that the rest gets."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor

METADATA = 'resource_metadata="http://localhost/.well-known/oauth-protected-resource/mcp"'
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@pytest.mark.parametrize("authorization", [None, "", " ", "Basic eDp5", "Token mx_at_x", "Bearerx", "mx_at_x"])
def test_no_credentials(client: FlaskClient, authorization: str | None) -> None:
    """Without a bearer token the challenge names no error (RFC 6750 §3.1)."""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = client.post("/mcp", json=INITIALIZED, headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == f'Bearer {METADATA}, scope="mxcp:access"'


def test_unknown_token(client: FlaskClient) -> None:
    """A token that is not ours is answered with invalid_token."""
    answer = client.post("/mcp", json=INITIALIZED, headers={"Authorization": "bearer mx_at_unknown"})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer error="invalid_token", error_description="The access token is unknown, expired or revoked.", '
        f'{METADATA}, scope="mxcp:access"'
    )
    assert answer.get_json()["error"] == "invalid_token"


@pytest.mark.parametrize(
    "credentials", ["Bearer", "Bearer a b", "Bearer a,b", "Bearer a, Bearer b", 'Bearer "a"', "Bearer \xff"]
)
def test_malformed_credentials(client: FlaskClient, credentials: str) -> None:
    """More or less than one token is a malformed request, not an invalid token."""
    answer = client.post("/mcp", json=INITIALIZED, headers={"Authorization": credentials})

    assert answer.status_code == 400
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer error="invalid_request", '
        "error_description=\"The Authorization header must be 'Bearer' and one access token.\", "
        f'{METADATA}, scope="mxcp:access"'
    )


def test_token_in_query_does_not_count(client: FlaskClient, visitor: Visitor) -> None:
    """A token in the URL is no credential (RFC 9700 §4.3.2)."""
    token = visitor.get_token()
    answer = client.post(f"/mcp?access_token={token}", json=INITIALIZED)

    assert answer.status_code == 401
    assert "error=" not in answer.headers["WWW-Authenticate"]


def test_tool_scope_missing(visitor: Visitor) -> None:
    """The challenge for a tool's scope names what was granted and what is missing, so that a client loses nothing."""
    answer = visitor.call(visitor.get_token(), "tools/call", name="admin_only", arguments={})

    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_scope", error_description="The access token lacks the scope: mxcp:admin.", '
        'resource_metadata="http://localhost:8000/.well-known/oauth-protected-resource/mcp", '
        'scope="mxcp:access mxcp:admin"'
    )
    assert answer.get_json()["error"] == "insufficient_scope"


def test_required_scopes_are_all_needed(tmp_path: Path, provider: Flask) -> None:
    """A token with one of two required scopes gets nowhere, and is told both."""
    auth = github_auth(authorization={"required_scopes": ["team:read", "team:write"]})
    visitor = Visitor(Site(tmp_path / "strict", auth).app(), provider)
    half = visitor.get_token(scope="team:write mxcp:access")
    answer = visitor.call(half, "tools/list")
    whole = visitor.call(visitor.get_token(scope="team:read team:write"), "tools/list")

    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"].endswith('scope="team:write mxcp:access team:read"')
    assert "lacks the scope: team:read." in answer.headers["WWW-Authenticate"]
    assert whole.status_code == 200


def test_required_scopes_are_in_the_first_challenge(tmp_path: Path) -> None:
    """A client that asks for what the first challenge names can make calls."""
    site = Site(tmp_path / "strict", github_auth(authorization={"required_scopes": ["team:read", "team:write"]}))
    answer = site.app().test_client().post("/mcp")

    assert answer.headers["WWW-Authenticate"] == f'Bearer {METADATA}, scope="team:read team:write"'


def test_foreign_origin_is_refused_before_the_token(client: FlaskClient) -> None:
    """A page of another site gets 403 and no challenge that could start a sign-in."""
    answer = client.post("/mcp", json=INITIALIZED, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert answer.get_json()["error"] == "access_denied"
    assert "WWW-Authenticate" not in answer.headers


def test_foreign_origin_is_refused_without_authentication(open_client: FlaskClient) -> None:
    """With ``provider: none`` the Origin check is what keeps other sites' pages out."""
    answer = open_client.post("/mcp", json=INITIALIZED, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403


def test_without_provider_everything_passes(open_client: FlaskClient) -> None:
    """With ``provider: none`` no token is needed, no tool is withheld, and nobody is signed in."""
    for name, text in (("whoami", ""), ("admin_only", "hello ")):
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": {}}}
        answer = open_client.post("/mcp", json=call)

        assert answer.status_code == 200
        assert answer.get_json()["result"]["content"] == [{"type": "text", "text": text}]


def test_processes_cannot_share_memory(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Under several worker processes, state in memory is a 503 on every route; the log says what to configure."""
    several = {"wsgi.multiprocess": True}
    statuses = {
        client.get(path, environ_overrides=several).status_code for path in ("/", "/mcp", "/health", "/authorize")
    }

    assert statuses == {503}
    assert "Configure 'persistence: {type: sqlite}'" in caplog.text


def test_processes_share_a_database(tmp_path: Path) -> None:
    """With persistence, several worker processes are served."""
    site = Site(tmp_path / "kept", github_auth(persistence={"type": "sqlite", "path": str(tmp_path / "oauth.db")}))
    answer = site.app().test_client().get("/health", environ_overrides={"wsgi.multiprocess": True})

    assert answer.status_code == 200


def test_processes_without_state_are_served(open_client: FlaskClient) -> None:
    """With ``provider: none`` there is no state to share."""
    assert open_client.get("/health", environ_overrides={"wsgi.multiprocess": True}).status_code == 200
