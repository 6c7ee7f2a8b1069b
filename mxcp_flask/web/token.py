"""The token endpoint (RFC 6749 §3.2)."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, request

from mxcp_flask.oauth.requests import PlainRequest
from mxcp_flask.web import forms
from mxcp_flask.web.context import g, oauth

blueprint = Blueprint("token", __name__)


@blueprint.post("/token")
def token() -> Response:
    """Exchange an authorization code for an access token."""
    plain = PlainRequest("POST", g.urls.to("/token"), forms.body_parameters(), dict(request.headers))
    plain.urls = g.urls
    answer = oauth().server.create_token_response(plain)
    response = make_response(jsonify(answer.body), answer.status)
    if "WWW-Authenticate" in answer.headers:
        response.headers["WWW-Authenticate"] = answer.headers["WWW-Authenticate"]
    return response
