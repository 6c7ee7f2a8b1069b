"""The part of the authorization request (RFC 6749 §4.1.1) that is the same in every dialect."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from mxcp_flask.demo.application import current_application
from mxcp_flask.demo.pages import show_error, show_sign_in

_ANSWERS = frozenset({"login", "decision"})  # what the page's own inputs are called


@dataclass(frozen=True)
class AuthorizationRequest:
    """An authorization request whose client and redirect URI are proven."""

    redirect_uri: str
    scopes: frozenset[str]
    code_challenge: str | None = None


def ask(asked: AuthorizationRequest, *, always: bool, hint: str | None = None) -> BaseResponse:
    """Redirect at once when the signed-in person has consented to these scopes before, else show the page.

    ``always`` shows the page in any case; ``hint`` is the login of the person whom it preselects.
    """
    login = session.get("login")
    if login and not always and current_application().approvals.covers(login, asked.scopes):
        return _redirect_with_code(asked, login)
    return _page(asked, hint or login)


def answer(asked: AuthorizationRequest, denial: str) -> BaseResponse:
    """Take the page's answer: ``decision`` is ``approve`` (then ``login`` says who) or ``deny``.

    ``denial`` describes the error ``access_denied``.
    """
    application = current_application()
    decision, login = request.form.get("decision"), request.form.get("login", "")
    if decision == "deny":
        return redirect_with_error(asked.redirect_uri, "access_denied", denial)
    if decision != "approve" or login not in application.people:
        return show_error(400, "Nobody was chosen", "Go back, choose a person, and authorize or cancel.")
    session["login"] = login
    application.approvals.consent(login, asked.scopes)
    return _redirect_with_code(asked, login)


def redirect_with_error(redirect_uri: str, error: str, description: str) -> BaseResponse:
    """Return the redirect that reports ``error`` to the application (RFC 6749 §4.1.2.1)."""
    return _redirect(redirect_uri, error=error, error_description=description)


def _page(asked: AuthorizationRequest, chosen: str | None) -> Response:
    application = current_application()
    return show_sign_in(
        provider=application.provider,
        action=request.script_root + request.path,
        client_id=application.client_id,
        scopes=asked.scopes,
        parameters={name: value for name, value in request.args.items() if name not in _ANSWERS},
        people=application.people.values(),
        chosen=chosen,
    )


def _redirect_with_code(asked: AuthorizationRequest, login: str) -> BaseResponse:
    approvals = current_application().approvals
    scopes = asked.scopes or approvals.consented(login) or frozenset()  # none asked for: all that was consented to
    code = approvals.issue_code(login, scopes, asked.redirect_uri, asked.code_challenge)
    return _redirect(asked.redirect_uri, code=code)


def _redirect(redirect_uri: str, **parameters: str) -> BaseResponse:
    if "state" in request.values:
        parameters["state"] = request.values["state"]
    return redirect(redirect_uri + ("&" if "?" in redirect_uri else "?") + urlencode(parameters), 302)
