"""The provider's blueprint: where it sends the browser back to."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response

from mxcp_flask.errors import InvalidState
from mxcp_flask.providers import ExternalOAuthHandler
from mxcp_flask.web import cookies, forms
from mxcp_flask.web.context import g, oauth
from mxcp_flask.web.redirects import Redirect


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
    response = Redirect(oauth().signin.finish(arguments, cookies.read(state), g.urls))
    cookies.forget(response, state)
    return response
