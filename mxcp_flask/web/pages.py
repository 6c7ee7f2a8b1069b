"""The landing page, the style sheet and the icon, and what every page has."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, send_from_directory

from mxcp_flask.oauth.urls import Urls
from mxcp_flask.visible import LONGEST, cut, cut_before, visible
from mxcp_flask.web.connecting import ways_to_connect
from mxcp_flask.web.context import g, services

blueprint = Blueprint("pages", __name__)
_MOST_LISTED = 200


@blueprint.app_context_processor
def _common() -> dict[str, Any]:
    # A proxy may serve us below a path; an error page may be due before our URLs are known.
    urls: Urls | None = getattr(g, "urls", None)
    return {
        "project": services().settings.project,
        "style_url": urls.to("/style.css") if urls else f"{services().settings.transport.prefix}/style.css",
        "address": urls.base.partition("://")[2] if urls else "",
        "has_sign_in": services().oauth is not None,
    }


@blueprint.app_template_filter("shown")
def shown(text: str, longest: int = LONGEST, *, end: bool = False) -> str:
    """Return text from outside as a page may print it: all of it to be seen, and not too long (or only its end)."""
    return (cut_before if end else cut)(visible(text), longest)


@blueprint.get("/")
def landing() -> str:
    """Say what this server is, and how to connect to it.

    What it offers is listed only where everybody may use it: with a sign-in, names of tools are for who signed in.
    """
    catalogue, is_open = services().catalogue, services().oauth is None
    offers = {"tools": catalogue.tools, "resources": catalogue.resources, "prompts": catalogue.prompts}
    return render_template(
        "landing.html",
        resource=g.urls.resource,
        account_url="" if is_open else g.urls.to("/account"),
        ways=ways_to_connect(services().settings.project, g.urls.resource, needs_sign_in=not is_open),
        offers={kind: list(found)[:_MOST_LISTED] for kind, found in offers.items() if found} if is_open else {},
    )


@blueprint.get("/style.css")
def style() -> Response:
    """Return the style sheet."""
    return _file("style.css", "text/css")


@blueprint.get("/favicon.ico")
def icon() -> Response:
    """Return the icon, for which browsers ask by this name of themselves; they take any kind of picture."""
    return _file("icon.svg", "image/svg+xml")


def _file(name: str, mimetype: str) -> Response:
    response = make_response(send_from_directory(str(current_app.template_folder), name, max_age=3600))
    response.mimetype = mimetype
    return response
