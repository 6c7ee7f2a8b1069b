"""Atlassian's authorization endpoint (developer.atlassian.com, "OAuth 2.0 (3LO) apps").

Its quirks: without ``prompt=consent`` a person who has consented before is redirected at once; a redirect URI must be
a registered one exactly; PKCE is not documented, so a challenge is not looked at.
"""

from __future__ import annotations

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response as BaseResponse

from mxcp_flask.demo import sign_in
from mxcp_flask.demo.application import current_application
from mxcp_flask.demo.pages import show_error
from mxcp_flask.demo.sign_in import AuthorizationRequest, redirect_with_error

_AUDIENCE = "api.atlassian.com"

blueprint = Blueprint("atlassian_authorize", __name__)


@blueprint.get("/authorize")
def ask() -> BaseResponse:
    """Redirect at once or show the page; ``prompt=consent`` always shows it."""
    return sign_in.ask(_read_request(), always=request.args.get("prompt") == "consent")


@blueprint.post("/authorize")
def answer() -> BaseResponse:
    """Take the page's answer."""
    return sign_in.answer(_read_request(), "User did not authorize the request")


def _read_request() -> AuthorizationRequest:
    application = current_application()
    redirect_uri = request.values.get("redirect_uri", "")
    if request.values.get("client_id") != application.client_id:
        abort(show_error(400, "Unknown client", "No app with this client_id is registered here."))
    if redirect_uri not in application.callback_urls:
        abort(show_error(403, "Callback URL mismatch", "The redirect_uri is not a callback URL of this app."))
    if request.values.get("response_type") != "code":
        abort(redirect_with_error(redirect_uri, "unsupported_response_type", "The response_type must be code"))
    audience = request.values.get("audience", _AUDIENCE)
    if audience != _AUDIENCE:
        abort(redirect_with_error(redirect_uri, "access_denied", f"Service not found: {audience}"))
    return AuthorizationRequest(redirect_uri, frozenset(request.values.get("scope", "").split()))
