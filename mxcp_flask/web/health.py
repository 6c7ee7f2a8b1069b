"""Liveness and readiness, for whoever watches the server. They answer whatever the Host header says.

``/health`` looks at nothing but the process. ``/ready`` asks DuckDB for a row and begins to write in the OAuth state,
which waits as long as any other write; a server that was told to end is not ready, so that a load balancer sends what
is new elsewhere while it answers what it has.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from flask import Blueprint, Response, jsonify

from mxcp_flask.errors import EngineError, StoreError
from mxcp_flask.web.context import g, services

blueprint = Blueprint("health", __name__)
log = logging.getLogger("mxcp.web")
_RETRY_AFTER = {"stopping": 1}  # seconds, else
_IN_A_WHILE = 5


@blueprint.get("/health")
def health() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/ready")
def ready() -> Response:
    """Say that calls can be answered, or, with a 503, which parts fail: stopping, database, store. The log says why."""
    failing = list(_failing())
    if not failing:
        return jsonify(status="ready")
    shape = {
        "error": "temporarily_unavailable",
        "error_description": "The server cannot answer at the moment. Try again later.",
    }
    response = jsonify(status="unavailable", failing=failing, reference=g.reference, **shape)
    response.status_code = 503
    response.headers["Retry-After"] = str(min(_RETRY_AFTER.get(part, _IN_A_WHILE) for part in failing))
    return response


def _failing() -> Iterator[str]:
    if services().host.is_stopping():
        yield "stopping"
        return
    side = services().oauth
    checks = {"database": services().database.check, **({"store": side.store.check} if side else {})}
    yield from (part for part, check in checks.items() if not _holds(part, check))


def _holds(part: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except (EngineError, StoreError) as error:
        services().meter.failed(type(error).__name__)
        log.error("not ready, as the %s fails: %s", part, error)  # noqa: TRY400 (the message is complete)
        return False
    return True
