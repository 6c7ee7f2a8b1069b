"""The metadata documents."""

from __future__ import annotations

from typing import Any

import pytest
from authlib.oauth2 import rfc8414, rfc9207

from mxcp_flask.oauth.metadata import authorization_server_metadata, protected_resource_metadata
from mxcp_flask.oauth.registration import SUPPORTED_GRANT_TYPES
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.urls import Urls

SCOPES = ScopePolicy(known=("mxcp:access", "mxcp:admin"))
BASES = ["https://mcp.example", "https://mcp.example/a/b", "http://localhost:8000"]


def document(base: str, *, registration: bool = True, documents: bool = True) -> dict[str, Any]:
    """Return the authorization server's metadata."""
    return authorization_server_metadata(Urls(base), SCOPES, registration=registration, documents=documents)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("registration", [True, False])
def test_authlib_finds_it_valid(base: str, registration: bool) -> None:
    """The document is what RFC 8414 §2 and RFC 9207 §3 ask for."""
    metadata = rfc8414.AuthorizationServerMetadata(document(base, registration=registration))

    metadata.validate(metadata_classes=[rfc9207.AuthorizationServerMetadata])


@pytest.mark.parametrize("base", BASES)
def test_issuer_is_the_base(base: str) -> None:
    """The issuer is byte for byte what the resource names as its authorization server."""
    metadata = document(base)

    assert metadata["issuer"] == base
    assert protected_resource_metadata(Urls(base), SCOPES, "demo")["authorization_servers"] == [base]
    assert all(url.startswith(f"{base}/") for name, url in metadata.items() if name.endswith("_endpoint"))


def test_only_what_is_served_is_advertised() -> None:
    """Clients read here that there is S256, the code flow, public and confidential clients, and ``iss``."""
    metadata = document("https://mcp.example")

    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["response_modes_supported"] == ["query"]
    assert metadata["grant_types_supported"] == list(SUPPORTED_GRANT_TYPES)
    assert set(metadata["token_endpoint_auth_methods_supported"]) == {
        "none",
        "client_secret_basic",
        "client_secret_post",
    }
    assert metadata["scopes_supported"] == ["mxcp:access", "mxcp:admin"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert metadata["revocation_endpoint"] == "https://mcp.example/revoke"
    assert metadata["introspection_endpoint"] == "https://mcp.example/introspect"
    assert "none" not in metadata["introspection_endpoint_auth_methods_supported"]


@pytest.mark.parametrize("documents", [True, False])
def test_client_documents_are_advertised_when_they_are_read(documents: bool) -> None:
    """Clients learn whether they may describe themselves at a URL."""
    metadata = document("https://mcp.example", documents=documents)

    assert metadata["client_id_metadata_document_supported"] is documents


def test_closed_registration_is_not_advertised() -> None:
    """Without registration there is no endpoint for it."""
    assert document("https://mcp.example")["registration_endpoint"] == "https://mcp.example/register"
    assert "registration_endpoint" not in document("https://mcp.example", registration=False)


def test_resource_metadata() -> None:
    """The resource is the MCP endpoint, with its default scope; tokens come in the header (RFC 9728 §2)."""
    assert protected_resource_metadata(Urls("https://mcp.example/base"), SCOPES, "demo") == {
        "resource": "https://mcp.example/base/mcp",
        "resource_name": "demo",
        "authorization_servers": ["https://mcp.example/base"],
        "scopes_supported": ["mxcp:access"],
        "bearer_methods_supported": ["header"],
    }
