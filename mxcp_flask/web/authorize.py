"""The authorization endpoint (RFC 6749 §3.1): the consent page, and the person's answer to it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response, make_response, render_template, request

from mxcp_flask.errors import ConsentForged
from mxcp_flask.oauth.signin import Question, authorization_request
from mxcp_flask.redirect_uris import is_loopback
from mxcp_flask.web import cookies, forms
from mxcp_flask.web.context import current_mismatch, g, oauth, services
from mxcp_flask.web.housekeeping import sweep
from mxcp_flask.web.redirects import Redirect

log = logging.getLogger("mxcp.web")
blueprint = Blueprint("authorize", __name__)

_SAME_SITE = frozenset({None, "same-origin", "none"})  # None: a browser that sends no Fetch Metadata


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
    site = request.headers.get("Sec-Fetch-Site")
    if site not in _SAME_SITE:
        log.warning("CSRF detected on the consent page: another site sent the form (Sec-Fetch-Site: %.20r)", site)
        raise ConsentForged
    form = forms.posted_page()
    try:
        return _decided(form)
    except ConsentForged:
        log.warning("CSRF detected on the consent page: %s", _why_forged(form.get("authorization", "")))
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
    handler = oauth().signin.handler
    return render_template(
        "consent.html",
        question=question,
        project=services().settings.project,
        redirect_host=_destination(question.redirect_uri),
        loopback=is_loopback(question.redirect_uri),
        provider=handler.title,
        provider_scope=handler.settings.scope,
    )


def _destination(redirect_uri: str) -> str:
    # A private-use scheme alone decides which application gets the answer; a host after it would only impress.
    parts = urlsplit(redirect_uri)
    return parts.netloc if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
