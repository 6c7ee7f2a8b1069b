"""The metadata documents, at every path that clients look for them."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from mxcp_flask.oauth.metadata import authorization_server_metadata, protected_resource_metadata
from mxcp_flask.web.context import g, oauth, services

blueprint = Blueprint("metadata", __name__, url_prefix="/.well-known")


@blueprint.get("/oauth-authorization-server")
@blueprint.get("/openid-configuration")
def authorization_server() -> Response:
    """Describe the authorization server (RFC 8414)."""
    ways = services().settings.auth.registration
    document = authorization_server_metadata(
        g.urls, oauth().scopes, registration=ways.enabled, documents=ways.documents
    )
    return jsonify(document)


@blueprint.get("/oauth-protected-resource")
@blueprint.get("/oauth-protected-resource/mcp")
def protected_resource() -> Response:
    """Describe the MCP endpoint as a protected resource (RFC 9728)."""
    return jsonify(protected_resource_metadata(g.urls, oauth().scopes, services().settings.project))
