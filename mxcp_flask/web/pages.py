"""The pages that are not part of a sign-in."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, send_from_directory

from mxcp_flask.oauth.urls import Urls
from mxcp_flask.web.context import g, services

blueprint = Blueprint("pages", __name__)


@blueprint.app_context_processor
def _style_url() -> dict[str, str]:
    # A proxy may serve us below a path; an error page may be due before our URLs are known.
    urls: Urls | None = getattr(g, "urls", None)
    return {"style_url": urls.to("/style.css") if urls else f"{services().settings.transport.prefix}/style.css"}


@blueprint.get("/")
def landing() -> str:
    """Say what this server is, and which URL a client needs."""
    return render_template("landing.html", project=services().settings.project, resource=g.urls.resource)


@blueprint.get("/style.css")
def style() -> Response:
    """Return the style sheet."""
    response = make_response(send_from_directory(str(current_app.template_folder), "style.css", max_age=3600))
    response.mimetype = "text/css"
    return response
