"""The endpoints that take a form: token (RFC 6749 §3.2), revocation (RFC 7009), introspection (RFC 7662)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, request

from mxcp_flask.oauth.requests import PlainRequest
from mxcp_flask.oauth.server import PlainResponse
from mxcp_flask.web import forms
from mxcp_flask.web.context import g, oauth, services
from mxcp_flask.web.housekeeping import sweep

blueprint = Blueprint("token", __name__)


@blueprint.post("/token")
def token() -> Response:
    """Exchange an authorization code or a refresh token for tokens."""
    sweep()
    return _response(oauth().server.create_token_response(_plain_request()))


@blueprint.post("/revoke")
def revoke() -> Response:
    """End the grant of the token in the form."""
    return _response(oauth().server.create_endpoint_response("revocation", _plain_request()))


@blueprint.post("/introspect")
def introspect() -> Response:
    """Tell what the token in the form is."""
    return _response(oauth().server.create_endpoint_response("introspection", _plain_request()))


def _plain_request() -> PlainRequest:
    plain = PlainRequest("POST", g.urls.to(request.path), forms.body_parameters(), dict(request.headers))
    plain.urls = g.urls
    return plain


def _response(answer: PlainResponse) -> Response:
    if answer.status >= 400:
        services().meter.refused(answer.body["error"])
    response = make_response(jsonify(answer.body), answer.status)
    if "WWW-Authenticate" in answer.headers:
        response.headers["WWW-Authenticate"] = answer.headers["WWW-Authenticate"]
    return response
