"""The provider's blueprint: where it sends the browser back to."""

from __future__ import annotations

import logging

from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response

from mxcp_flask.errors import InvalidState, StateElsewhere
from mxcp_flask.providers import ExternalOAuthHandler
from mxcp_flask.web import account, cookies, forms
from mxcp_flask.web.context import current_mismatch, g, oauth
from mxcp_flask.web.redirects import Redirect

log = logging.getLogger("mxcp.web")


def provider_blueprint(handler: ExternalOAuthHandler) -> Blueprint:
    """Return the blueprint of ``handler``, named after it, with its configured callback path."""
    blueprint = Blueprint(handler.name, __name__)
    blueprint.add_url_rule(handler.settings.callback_path, "callback", callback, methods=["GET"])
    return blueprint


def callback() -> Response:
    """Finish the sign-in (RFC 6749 §4.1.2), in the browser that began it."""
    try:
        arguments = forms.query_parameters()
    except InvalidRequestError as error:
        raise InvalidState from error
    state = arguments.get("state", "")
    try:
        arrival = oauth().signin.finish(arguments, cookies.read(state), g.urls)
    except InvalidState:
        log.info("Invalid state at the callback %s: %s", oauth().signin.callback.of(g.urls), _why_invalid(state))
        if state and not cookies.read(state):
            raise StateElsewhere from None
        raise
    response = Redirect(arrival.location) if arrival.visitor is None else account.welcome(arrival.visitor)
    cookies.forget(response, state)
    return response


def _why_invalid(state: str) -> str:
    if not state:
        return "there is none; the provider was not asked by this server"
    if cookies.came_with_other_scheme(state):
        found = "the browser left over http and came back over https, or the reverse, as X-Forwarded-Proto varies"
    elif not cookies.read(state):
        found = "the browser that brings it did not begin the sign-in, or did at another host, or too long ago"
    else:
        found = "it was used before, or too long ago"
    mismatch = current_mismatch()
    return f"{found}. {mismatch}" if mismatch else found
