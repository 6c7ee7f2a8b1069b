"""Salesforce's authorization endpoint (help.salesforce.com, "OAuth 2.0 Web Server Flow").

Its quirks: a person who has consented before is redirected at once, unless ``prompt`` says otherwise; a code challenge
is always that of S256; a request without scope asks for all that the application may have.
"""

from __future__ import annotations

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response as BaseResponse

from mxcp_flask.demo import sign_in
from mxcp_flask.demo.application import current_application
from mxcp_flask.demo.pages import show_error
from mxcp_flask.demo.sign_in import AuthorizationRequest, redirect_with_error

blueprint = Blueprint("salesforce_authorize", __name__, url_prefix="/services/oauth2")

_ASSIGNED_SCOPES = frozenset({"api", "email", "id", "openid", "profile", "refresh_token"})
_PROMPTS = frozenset({"login", "consent", "select_account"})


@blueprint.get("/authorize")
def ask() -> BaseResponse:
    """Redirect at once or show the page; ``prompt`` always shows it, ``login_hint`` (a user name) preselects."""
    always = not _PROMPTS.isdisjoint(request.args.get("prompt", "").split())
    hint = request.args.get("login_hint", "").partition("@")[0]
    return sign_in.ask(_read_request(), always=always, hint=hint)


@blueprint.post("/authorize")
def answer() -> BaseResponse:
    """Take the page's answer."""
    return sign_in.answer(_read_request(), "end-user denied authorization")


def _read_request() -> AuthorizationRequest:
    application = current_application()
    redirect_uri = request.values.get("redirect_uri", "")
    if request.values.get("client_id") != application.client_id:
        abort(show_error(400, "invalid_client_id", "client identifier invalid"))
    if redirect_uri not in application.callback_urls:
        abort(show_error(400, "redirect_uri_mismatch", "redirect_uri must match configuration"))
    if request.values.get("response_type") != "code":
        abort(redirect_with_error(redirect_uri, "unsupported_response_type", "response type not supported"))
    if request.values.get("code_challenge_method", "S256") != "S256":
        abort(redirect_with_error(redirect_uri, "invalid_request", "invalid code challenge method"))
    scopes = frozenset(request.values.get("scope", "").split()) or _ASSIGNED_SCOPES
    return AuthorizationRequest(redirect_uri, scopes, request.values.get("code_challenge") or None)
