"""Liveness and readiness, for whoever watches the server. They answer whatever the Host header says."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from mxcp_flask.errors import ServerStopping
from mxcp_flask.web.context import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def health() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> Response:
    """Say that store and database answer; raises ServerStopping, StoreError or DatabaseNotUsable, a 503, otherwise."""
    if services().host.is_stopping():
        raise ServerStopping(retry_after=1)
    services().database.check()
    side = services().oauth
    if side is not None:
        side.store.check()
    return jsonify(status="ready")
