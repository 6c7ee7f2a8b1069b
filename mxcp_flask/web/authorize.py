"""The authorization endpoint (RFC 6749 §3.1): the consent page, and the person's answer to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response, make_response, render_template

from mxcp_flask.errors import ConsentForged, ConsentWithoutCookie
from mxcp_flask.oauth.signin import Question, authorization_request
from mxcp_flask.web import cookies, forms
from mxcp_flask.web.applications import describer_of, destination_of, origin_of
from mxcp_flask.web.context import current_mismatch, g, oauth
from mxcp_flask.web.housekeeping import sweep
from mxcp_flask.web.redirects import Redirect

log = logging.getLogger("mxcp.web")
blueprint = Blueprint("authorize", __name__)


@blueprint.get("/authorize")
def ask() -> Response:
    """Show who wants what, before anything happens at the provider."""
    sweep()
    question = oauth().signin.ask(authorization_request(forms.query_parameters(), g.urls), g.urls)
    response = make_response(_page(question))
    cookies.write(response, question.handle, question.browser_token, oauth().server.lifetimes.sign_in)
    return response


@blueprint.post("/authorize")
def answer() -> Response:
    """Take the decision. The page posts to its own URL, so the query is there again; only the form counts."""
    foreign = forms.find_foreign()
    if foreign:
        log.warning("CSRF detected on the consent page: %s", foreign)
        raise ConsentForged
    form = forms.posted_page()
    handle = form.get("authorization", "")
    try:
        return _decided(form)
    except ConsentForged:
        log.warning("CSRF detected on the consent page: %s", _why_forged(handle))
        if not cookies.read(handle):
            raise ConsentWithoutCookie from None
        raise


def _decided(form: Mapping[str, str]) -> Response:
    handle = form.get("authorization", "")
    proof = (handle, form.get("csrf_token", ""), cookies.read(handle), g.urls)
    if form.get("decision") == "deny":
        response = Redirect(oauth().signin.deny(*proof))
    elif form.get("decision") == "approve":
        _warn_of_mismatch()
        departure = oauth().signin.approve(*proof)
        response = Redirect(departure.location)
        cookies.write(response, departure.state, departure.browser_token, oauth().server.lifetimes.sign_in)
    else:
        raise InvalidRequestError("'decision' must be approve or deny.")
    cookies.forget(response, handle)
    return response


def _why_forged(handle: str) -> str:
    if cookies.came_with_other_scheme(handle):
        found = "the page was shown over http and answered over https, or the reverse, as X-Forwarded-Proto varies"
    elif not cookies.read(handle):
        found = f"the browser sent no cookie with it, as when it is not at {g.urls.base} or keeps no cookies"
    else:
        found = "the form is not the one that this browser was shown"
    mismatch = current_mismatch()
    return f"{found}. {mismatch}" if mismatch else found


def _warn_of_mismatch() -> None:
    mismatch = current_mismatch()
    if mismatch and g.urls.base.startswith("http:"):  # over https the cookie would not have come back
        log.warning("a sign-in will probably fail with an invalid callback URL: %s", mismatch)


def _page(question: Question) -> str:
    side = oauth()
    return render_template(
        "consent.html",
        question=question,
        origin=origin_of(question.client),
        describer=describer_of(question.client),
        destination=destination_of(question.redirect_uri),
        scopes=[(scope, side.scopes.describe(scope)) for scope in question.scope.split()],
        provider=side.signin.handler.title,
        provider_scopes=side.signin.handler.asked(),
    )
