"""The account page: sign in without a client, see which clients hold access, end it.

The sign-in is the provider's, through the same callback as a client's. It ends in a cookie for this page and nothing
else: no grant, no code, and the provider's token ends at once, where the provider can do that. Everybody may sign in
here, also who may not use the server: they find nothing, or what they gave when they still might, and can end it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone

from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response, make_response, render_template

from mxcp_flask.errors import AccountFormStale
from mxcp_flask.oauth.account import Access
from mxcp_flask.records import User
from mxcp_flask.web import cookies, forms
from mxcp_flask.web.applications import describer_of, destinations_of, origin_of
from mxcp_flask.web.context import g, oauth
from mxcp_flask.web.housekeeping import sweep
from mxcp_flask.web.redirects import Redirect
from mxcp_flask.web.sessions import SECONDS, Session, Sessions

log = logging.getLogger("mxcp.web")
blueprint = Blueprint("account", __name__)
_COOKIE = "account"
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@blueprint.app_template_filter("day")
def day(seconds: int) -> str:
    """Return the date of a time, for people; the world agrees on it in UTC."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


@blueprint.get("/account")
def show() -> Response:
    """Show what the person gave, or how to sign in. What was just ended is told once."""
    session = _current() or _sessions().start(_now())
    response = make_response(_page(session))
    _keep(response, replace(session, ended=0))
    return response


@blueprint.post("/account")
def act() -> Response:
    """Do what a button says: ``sign_in``, ``sign_out``, ``end`` (of the ``client``), ``end_all``."""
    foreign = forms.find_foreign()
    if foreign:
        raise _stale(foreign)
    form = forms.posted_page()
    session = _current()
    if session is None or not _sessions().proves(session, form.get("csrf_token", "")):
        raise _stale("the form is too old, or not the one that this browser was shown")
    action = form.get("action", "")
    if action == "sign_in":
        return _sign_in()
    if action == "sign_out":
        response = Redirect(g.urls.to("/account"))
        cookies.forget(response, _COOKIE)
        return response
    return _end(session, action, form)


def welcome(user: User) -> Response:
    """Return the way to the page for a person who has just signed in for it."""
    response = Redirect(g.urls.to("/account"))
    _keep(response, _sessions().start(_now(), user.subject, user.username))
    return response


def _sign_in() -> Response:
    sweep()
    departure = oauth().signin.visit(g.urls)
    response = Redirect(departure.location)
    cookies.write(response, departure.state, departure.browser_token, oauth().server.lifetimes.sign_in)
    return response


def _end(session: Session, action: str, form: Mapping[str, str]) -> Response:
    if action not in {"end", "end_all"} or (action == "end") != ("client" in form):
        raise InvalidRequestError("'action' must be sign_in, sign_out, end with a 'client', or end_all.")
    if not session.subject:
        raise _stale("nobody is signed in any more")
    ended = oauth().account.end(session.subject, form.get("client"))
    log.info("%s ended %d grants on the account page", session.subject, ended)
    response = Redirect(g.urls.to("/account"))
    _keep(response, replace(session, ended=ended))
    return response


def _page(session: Session) -> str:
    accesses = oauth().account.accesses(session.subject) if session.subject else []
    return render_template(
        "account.html",
        session=session,
        csrf_token=_sessions().csrf_token(session),
        provider=oauth().signin.handler.title,
        minutes=SECONDS // 60,
        applications=[_application(access) for access in accesses],
    )


def _application(access: Access) -> dict[str, object]:
    client, describe = access.client, oauth().scopes.describe
    return {
        "access": access,
        "name": client.name if client else "An application that is not known here any more",
        "origin": origin_of(client) if client else "gone",
        "describer": describer_of(client) if client else None,
        "destinations": destinations_of(client) if client else [],
        "scopes": [(scope, describe(scope)) for scope in access.scopes],
    }


def _current() -> Session | None:
    """Return this browser's session; one for another provider, which was configured before, counts as none."""
    session = _sessions().open(cookies.read(_COOKIE), _now())
    if session is None or not session.subject:
        return session
    return session if session.subject.startswith(f"{oauth().signin.handler.name}:") else None


def _keep(response: Response, session: Session) -> None:
    cookies.write(response, _COOKIE, _sessions().seal(session), max(session.until - _now(), 1))


def _sessions() -> Sessions:
    return Sessions(oauth().store.derived_key("account session"), g.urls.base)


def _now() -> int:
    return oauth().server.now()


def _stale(why: str) -> AccountFormStale:
    log.warning("CSRF detected on the account page: %s", why)
    return AccountFormStale(location=g.urls.to("/account"))
