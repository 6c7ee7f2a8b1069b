"""GitHub's authorization endpoint (RFC 6749 §4.1.1), with the ways in which it differs from the RFC.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps describes it. The difference: a
person who has consented once is redirected at once, without a page.
"""

from __future__ import annotations

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response as BaseResponse

from mxcp_flask.demo import sign_in
from mxcp_flask.demo.application import current_application
from mxcp_flask.demo.github.callback_urls import choose_redirect_uri
from mxcp_flask.demo.github.scopes import split_scope
from mxcp_flask.demo.pages import show_error
from mxcp_flask.demo.sign_in import AuthorizationRequest, redirect_with_error

blueprint = Blueprint("github_authorize", __name__, url_prefix="/login/oauth")

MISMATCH = "The redirect_uri MUST match the registered callback URL for this application."


@blueprint.get("/authorize")
def ask() -> BaseResponse:
    """Redirect at once or show the page; ``prompt=select_account`` always shows it, ``login`` preselects."""
    always = request.args.get("prompt") == "select_account"
    return sign_in.ask(_read_request(), always=always, hint=request.args.get("login"))


@blueprint.post("/authorize")
def answer() -> BaseResponse:
    """Take the page's answer."""
    return sign_in.answer(_read_request(), "The user has denied your application access.")


def _read_request() -> AuthorizationRequest:
    application = current_application()
    if request.values.get("client_id") != application.client_id:
        abort(show_error(404, "Not found", "No application with this client_id is registered here."))
    redirect_uri = choose_redirect_uri(application.callback_urls, request.values.get("redirect_uri"))
    if redirect_uri is None:
        abort(_refuse_redirect_uri(application.callback_urls))
    challenge = request.values.get("code_challenge") or None
    if challenge and request.values.get("code_challenge_method") != "S256":
        abort(redirect_with_error(redirect_uri, "invalid_request", "Only the code challenge method S256 is supported."))
    return AuthorizationRequest(redirect_uri, split_scope(request.values.get("scope", "")), challenge)


def _refuse_redirect_uri(callback_urls: tuple[str, ...]) -> BaseResponse:
    if callback_urls:
        return redirect_with_error(callback_urls[0], "redirect_uri_mismatch", MISMATCH)
    return show_error(400, "No callback URL", "The application has no registered callback URL to return to.")
