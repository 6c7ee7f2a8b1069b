"""GitHub's side of the authorization code flow (RFC 6749 §4.1), with the ways in which it differs from the RFC.

https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps describes it. The differences:
a person who has consented once is redirected at once, without a page; errors of the token request come with status
200; its answers are form-encoded unless JSON is asked for; scopes are separated by commas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from mxcp_flask.demo.github_application import current_application
from mxcp_flask.demo.github_state import normalise
from mxcp_flask.demo.pages import show_error, show_sign_in

blueprint = Blueprint("github_dialect", __name__, url_prefix="/login/oauth")

_PARAMETERS = ("client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
_ERRORS = {
    "access_denied": "The user has denied your application access.",
    "bad_verification_code": "The code passed is incorrect or expired.",
    "incorrect_client_credentials": "The client_id and/or client_secret passed are incorrect.",
    "invalid_request": "Only the code challenge method S256 is supported.",
    "redirect_uri_mismatch": "The redirect_uri MUST match the registered callback URL for this application.",
}


@dataclass(frozen=True)
class AuthorizationRequest:
    """An authorization request whose client and redirect URI are proven."""

    redirect_uri: str
    scopes: frozenset[str]
    code_challenge: str | None


@blueprint.get("/authorize")
def ask() -> BaseResponse:
    """Redirect at once when the signed-in person has consented to these scopes before, else show the page."""
    asked = _read_request()
    login = session.get("login")
    if login and request.args.get("prompt") != "select_account" and _has_consented(login, asked.scopes):
        return _redirect_with_code(asked, login)
    return _page(asked, request.args.get("login") or login)


@blueprint.post("/authorize")
def answer() -> BaseResponse:
    """Take the page's answer: ``decision`` is ``approve`` (then ``login`` says who) or ``deny``."""
    asked = _read_request()
    decision, login = request.form.get("decision"), request.form.get("login", "")
    if decision == "deny":
        return _redirect_with_error(asked.redirect_uri, "access_denied")
    if decision != "approve" or login not in current_application().people:
        return show_error(400, "Nobody was chosen", "Go back, choose a person, and authorize or cancel.")
    session["login"] = login
    current_application().state.consent(login, asked.scopes)
    return _redirect_with_code(asked, login)


@blueprint.post("/access_token")
def exchange() -> Response:
    """Exchange a code for a token. The status is 200 even for an error."""
    return _encode(_exchange(request.form))


def _read_request() -> AuthorizationRequest:
    application = current_application()
    if request.values.get("client_id") != application.client_id:
        abort(show_error(404, "Not found", "No application with this client_id is registered here."))
    redirect_uri = application.choose_redirect_uri(request.values.get("redirect_uri"))
    if redirect_uri is None:
        abort(_refuse_redirect_uri(application.callback_urls))
    challenge = request.values.get("code_challenge") or None
    if challenge and request.values.get("code_challenge_method") != "S256":
        abort(_redirect_with_error(redirect_uri, "invalid_request"))
    return AuthorizationRequest(redirect_uri, _split_scope(request.values.get("scope", "")), challenge)


def _split_scope(scope: str) -> frozenset[str]:
    return normalise(scope.replace(",", " ").split())


def _refuse_redirect_uri(callback_urls: tuple[str, ...]) -> BaseResponse:
    if callback_urls:
        return _redirect_with_error(callback_urls[0], "redirect_uri_mismatch")
    return show_error(400, "No callback URL", "The application has no registered callback URL to return to.")


def _has_consented(login: str, scopes: frozenset[str]) -> bool:
    consented = current_application().state.consented(login)
    return consented is not None and normalise(consented | scopes) == consented


def _page(asked: AuthorizationRequest, chosen: str | None) -> Response:
    application = current_application()
    return show_sign_in(
        action=url_for("github_dialect.answer"),
        client_id=application.client_id,
        scopes=asked.scopes,
        parameters={name: request.args[name] for name in _PARAMETERS if name in request.args},
        people=application.people.values(),
        chosen=chosen,
    )


def _redirect_with_code(asked: AuthorizationRequest, login: str) -> BaseResponse:
    state = current_application().state
    scopes = asked.scopes or state.consented(login) or frozenset()  # no scope asked for: all that was consented to
    return _redirect(asked.redirect_uri, code=state.issue_code(login, scopes, asked.redirect_uri, asked.code_challenge))


def _redirect_with_error(redirect_uri: str, error: str) -> BaseResponse:
    return _redirect(redirect_uri, error=error, error_description=_ERRORS[error])


def _redirect(redirect_uri: str, **parameters: str) -> BaseResponse:
    if "state" in request.values:
        parameters["state"] = request.values["state"]
    return redirect(redirect_uri + ("&" if "?" in redirect_uri else "?") + urlencode(parameters), 302)


def _exchange(form: Mapping[str, str]) -> dict[str, str]:
    application = current_application()
    if not application.authenticates(form.get("client_id", ""), form.get("client_secret", "")):
        return _error("incorrect_client_credentials")
    issued = application.state.take_code(form.get("code", ""))
    if issued is None or not issued.is_proved_by(form.get("code_verifier", "")):
        return _error("bad_verification_code")
    if form.get("redirect_uri", issued.redirect_uri) != issued.redirect_uri:
        return _error("redirect_uri_mismatch")
    token = application.state.issue_token(issued.login, issued.scopes)
    return {"access_token": token, "scope": ",".join(sorted(issued.scopes)), "token_type": "bearer"}


def _error(error: str) -> dict[str, str]:
    return {"error": error, "error_description": _ERRORS[error]}


def _encode(body: dict[str, str]) -> Response:
    if any(kind == "application/json" for kind in request.accept_mimetypes.values()):
        return jsonify(body)
    return Response(urlencode(body), content_type="application/x-www-form-urlencoded; charset=utf-8")
