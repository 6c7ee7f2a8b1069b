"""The two metadata documents that clients start from."""

from __future__ import annotations

from typing import Any

from mxcp_flask.oauth.grants import AUTH_METHODS
from mxcp_flask.oauth.registration import SUPPORTED_GRANT_TYPES
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.token_endpoints import IntrospectionEndpoint
from mxcp_flask.oauth.urls import Urls


def authorization_server_metadata(
    urls: Urls, scopes: ScopePolicy, *, registration: bool, documents: bool
) -> dict[str, Any]:
    """Return the authorization server's metadata (RFC 8414 §2, RFC 9207 §3)."""
    document: dict[str, Any] = {
        "issuer": urls.issuer,
        "authorization_endpoint": urls.to("/authorize"),
        "token_endpoint": urls.to("/token"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(SUPPORTED_GRANT_TYPES),
        "token_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "revocation_endpoint": urls.to("/revoke"),
        "revocation_endpoint_auth_methods_supported": list(AUTH_METHODS),
        "introspection_endpoint": urls.to("/introspect"),
        "introspection_endpoint_auth_methods_supported": list(IntrospectionEndpoint.CLIENT_AUTH_METHODS),
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(scopes.known),
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": documents,
    }
    if registration:
        document["registration_endpoint"] = urls.to("/register")
    return document


def protected_resource_metadata(urls: Urls, scopes: ScopePolicy, name: str) -> dict[str, Any]:
    """Return the MCP endpoint's metadata (RFC 9728 §2).

    Its scopes are those that a client starts with (MCP authorization, "Scope Selection Strategy"): clients ask for all
    of them at once, and for more only when a call is refused for the lack of one.
    """
    return {
        "resource": urls.resource,
        "resource_name": name,
        "authorization_servers": [urls.issuer],
        "scopes_supported": list(scopes.default),
        "bearer_methods_supported": ["header"],
    }
