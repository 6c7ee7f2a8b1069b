"""The metadata documents, at every path that clients look for them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify
from werkzeug.exceptions import NotFound

from mxcp_flask.oauth.metadata import authorization_server_metadata, protected_resource_metadata
from mxcp_flask.web.context import g, oauth, services

blueprint = Blueprint("metadata", __name__, url_prefix="/.well-known")


@blueprint.get("/oauth-authorization-server")
@blueprint.get("/oauth-authorization-server/<path:inserted>")
@blueprint.get("/openid-configuration")
@blueprint.get("/openid-configuration/<path:inserted>")
def authorization_server(inserted: str = "") -> Response:
    """Describe the authorization server (RFC 8414 §3.1: the issuer's path, if any, follows the well-known one)."""
    if inserted and inserted != urlsplit(g.urls.issuer).path.lstrip("/"):
        raise NotFound
    ways = services().settings.auth.registration
    document = authorization_server_metadata(
        g.urls, oauth().scopes, registration=ways.enabled, documents=ways.documents
    )
    return jsonify(document)


@blueprint.get("/oauth-protected-resource")
@blueprint.get("/oauth-protected-resource/<path:inserted>")
def protected_resource(inserted: str = "mcp") -> Response:
    """Describe the MCP endpoint as a protected resource (RFC 9728 §3.1: its path follows the well-known one)."""
    if inserted not in {"mcp", urlsplit(g.urls.resource).path.lstrip("/")}:
        raise NotFound
    return jsonify(protected_resource_metadata(g.urls, oauth().scopes, services().settings.project))
