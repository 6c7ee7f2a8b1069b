"""The pages that are not part of a sign-in."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template, send_from_directory

from mxcp_flask.web.context import g, services

blueprint = Blueprint("pages", __name__)


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
