"""The MCP endpoint: one URL, POST only, behind the guard."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import MethodNotAllowed

from mxcp_flask.logs import tell
from mxcp_flask.mcp import EVENTS, HttpMessage, LongAnswer, Reply
from mxcp_flask.records import User
from mxcp_flask.web import connection, forms
from mxcp_flask.web.context import g, services
from mxcp_flask.web.guard import current_caller, guard

blueprint = Blueprint("mcp", __name__)
blueprint.before_request(guard)
log = logging.getLogger("mxcp.calls")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # all come to the guard first; POST is answered
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@blueprint.route("/mcp", methods=_METHODS, provide_automatic_options=False)
@blueprint.route("/mcp/", methods=_METHODS, provide_automatic_options=False)
def endpoint() -> Response:
    """Answer one message. There are no sessions and no streams without a request: GET and DELETE have nothing to do."""
    if request.method != "POST":
        raise MethodNotAllowed(valid_methods=["POST"])
    headers = {name.lower(): value for name, value in request.headers.items()}
    alive = connection.watch(request.environ)
    message = HttpMessage(headers=headers, body=forms.read_body(None), alive=alive)
    reply = services().mcp.answer(message, current_caller())
    if g.user is not None:
        _record(g.user, reply)
    response = _streamed(reply.stream) if reply.stream else _whole(reply)
    response.headers.update(reply.headers)
    response.mimetype = EVENTS if reply.stream else "application/json"
    return response


def _whole(reply: Reply) -> Response:
    """Return an answer whose size is known; what is long is read from its files as it is sent."""
    if not isinstance(reply.body, LongAnswer):
        return make_response(reply.body or b"", reply.status)
    response = Response(reply.body, reply.status)
    response.content_length = reply.body.size
    return response


def _streamed(parts: Iterator[bytes]) -> Response:
    """Return an answer whose parts are sent as they come; the server closes ``parts`` when the client is gone."""
    response = Response(parts)
    response.headers["X-Accel-Buffering"] = "no"  # or a proxy would collect them
    return response


def _record(user: User, reply: Reply) -> None:
    fields = {
        "user_id": user.id,
        "username": user.username,
        "provider": user.provider,
        "name": user.name,
        "email": user.email,
        "method": reply.method,
        "called": reply.name,
    }
    known = {key: _UNPRINTABLE.sub(" ", value) for key, value in fields.items() if value}
    tell(log, logging.INFO, "authenticated call", known)
