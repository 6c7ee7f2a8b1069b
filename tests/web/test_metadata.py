"""Tests of the metadata documents' routes."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.site import Site, github_auth

WELL_KNOWN = "/.well-known"
SERVER = [f"{WELL_KNOWN}/oauth-authorization-server", f"{WELL_KNOWN}/openid-configuration"]
RESOURCE = [f"{WELL_KNOWN}/oauth-protected-resource", f"{WELL_KNOWN}/oauth-protected-resource/mcp"]


@pytest.mark.parametrize("path", SERVER)
def test_authorization_server(client: FlaskClient, path: str) -> None:
    """Both paths give the one document that clients need (RFC 8414)."""
    answer = client.get(path)
    needed = {
        "issuer": "http://localhost",
        "authorization_endpoint": "http://localhost/authorize",
        "token_endpoint": "http://localhost/token",
        "registration_endpoint": "http://localhost/register",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["mxcp:access", "mxcp:admin"],
        "authorization_response_iss_parameter_supported": True,
    }

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert {**answer.get_json(), **needed} == answer.get_json()
    assert "authorization_code" in answer.get_json()["grant_types_supported"]


@pytest.mark.parametrize("path", RESOURCE)
def test_protected_resource(client: FlaskClient, path: str) -> None:
    """Both paths describe the MCP endpoint (RFC 9728)."""
    answer = client.get(path, headers={"MCP-Protocol-Version": "2026-07-28"})

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json() == {
        "resource": "http://localhost/mcp",
        "resource_name": "demo",
        "authorization_servers": ["http://localhost"],
        "scopes_supported": ["mxcp:access"],
        "bearer_methods_supported": ["header"],
    }


def test_scopes_of_the_configuration_are_known(tmp_path: Path) -> None:
    """Scopes come from the policy, the granted ones, the configured clients and the tools, each once."""
    auth = github_auth(
        authorization={"required_scopes": ["team:read"], "scope_grants": {"team:write": {"users": ["ada-fixture"]}}},
        clients=[{"client_id": "desk", "name": "Desk", "scopes": ["desk:use", "mxcp:access"]}],
    )
    document = Site(tmp_path / "scopes", auth).app().test_client().get(SERVER[0]).get_json()

    assert document["scopes_supported"] == ["mxcp:access", "team:read", "team:write", "desk:use", "mxcp:admin"]


def test_endpoints_are_routes(client: FlaskClient) -> None:
    """Every endpoint that the metadata names answers."""
    document = client.get(SERVER[0]).get_json()
    endpoints = {
        name: url.removeprefix("http://localhost") for name, url in document.items() if name.endswith("_endpoint")
    }

    assert {name: client.options(path).status_code for name, path in endpoints.items()} == dict.fromkeys(endpoints, 200)


@pytest.mark.parametrize("path", [*SERVER, *RESOURCE, "/authorize", "/token", "/register", "/github/callback"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_none_without_a_provider(open_client: FlaskClient, path: str, method: str) -> None:
    """With ``provider: none`` the OAuth routes do not exist, so that clients look no further."""
    answer = open_client.open(path, method=method)

    assert (answer.status_code, answer.mimetype) == (404, "application/json")


BELOW = "https://mcp.example.org/team/tools"


@pytest.fixture
def below(tmp_path: Path) -> FlaskClient:
    """Return a client of a server that a proxy serves below a path."""
    return Site(tmp_path / "below", base_url=BELOW).app().test_client(use_cookies=False)


@pytest.mark.parametrize("path", [*SERVER, *(f"{path}/team/tools" for path in SERVER)])
def test_authorization_server_below_a_path(below: FlaskClient, path: str) -> None:
    """The document is where RFC 8414 §3.1 inserts the issuer's path, and where clients look that append."""
    document = below.get(path).get_json()

    assert (document["issuer"], document["token_endpoint"]) == (BELOW, f"{BELOW}/token")


@pytest.mark.parametrize("path", [*RESOURCE, f"{RESOURCE[0]}/team/tools/mcp"])
def test_protected_resource_below_a_path(below: FlaskClient, path: str) -> None:
    """The document is where RFC 9728 §3.1 inserts the resource's path, which is where the challenge leads."""
    document = below.get(path).get_json()

    assert (document["resource"], document["authorization_servers"]) == (f"{BELOW}/mcp", [BELOW])
    metadata = f'resource_metadata="https://mcp.example.org{RESOURCE[0]}/team/tools/mcp"'
    assert metadata in below.post("/mcp").headers["WWW-Authenticate"]


@pytest.mark.parametrize("well_known", [*SERVER, RESOURCE[0]])
@pytest.mark.parametrize("inserted", ["/", "/team", "/team/tools/", "/team//tools", "/TEAM/tools", "/tools", "/x/mcp"])
def test_other_paths_have_no_document(below: FlaskClient, client: FlaskClient, well_known: str, inserted: str) -> None:
    """A document is for one issuer or resource: at another one's path there is none."""
    for reached in (below, client):
        answer = reached.get(f"{well_known}{inserted}")

        assert (answer.status_code, answer.mimetype) == (404, "application/json")
