"""What a troubleshooter needs to see of each request, and nothing secret: no query, no header, no body."""

from __future__ import annotations

import logging

from flask import Response, request

log = logging.getLogger("mxcp.web")


def trace(response: Response) -> Response:
    """Log the request's path and the answer's status at DEBUG, and where our URLs begin for it."""
    if log.isEnabledFor(logging.DEBUG):
        log.debug(
            "%s %r from %s, Host %r, forwarded %r -> %d %s",
            request.method,
            request.path,
            request.remote_addr,
            request.headers.get("Host"),
            {name: value for name, value in request.headers if "Forwarded" in name},
            response.status_code,
            response.mimetype,
        )
    return response
