"""The MCP endpoint: one URL, POST only, behind the guard."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response
from werkzeug.exceptions import MethodNotAllowed

from mxcp_flask.logs import tell, worded
from mxcp_flask.mcp import EVENTS, HttpMessage, LongAnswer, Reply
from mxcp_flask.records import User
from mxcp_flask.web import connection, forms
from mxcp_flask.web.context import context, current_request, services
from mxcp_flask.web.guard import current_caller, guard
from mxcp_flask.web.request_headers import RequestHeaders

blueprint = Blueprint("mcp", __name__)
blueprint.before_request(guard)
log = logging.getLogger("mxcp.calls")
_JSON = "application/json"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # all come to the guard first; POST is answered
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@blueprint.route("/mcp", methods=_METHODS, provide_automatic_options=False)
@blueprint.route("/mcp/", methods=_METHODS, provide_automatic_options=False)
def endpoint() -> Response:
    """Answer one message. There are no sessions and no streams without a request: GET and DELETE have nothing to do."""
    current = current_request()
    if current.method != "POST":
        raise MethodNotAllowed(valid_methods=["POST"])
    alive = connection.watch(current.environ)
    message = HttpMessage(headers=RequestHeaders(current.environ), body=forms.read_body(None), alive=alive)
    reply = services().mcp.answer(message, current_caller())
    user = context().user
    if user is not None:
        _record(user, reply)
    response = _streamed(reply.stream) if reply.stream else _whole(reply)
    if reply.headers:
        response.headers.update(reply.headers)
    return response


class Whole(Response):
    """An answer to a POST that is all there: what WSGI wants of it needs no more thought."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as any response does (PEP 3333)."""
        if self._on_close or not isinstance(self.response, list):
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return self.response


def _whole(reply: Reply) -> Response:
    """Return an answer whose size is known; what is long is read from its files as it is sent."""
    if isinstance(reply.body, LongAnswer):
        response = Response(reply.body, reply.status, content_type=_JSON)
        response.content_length = reply.body.size
        return response
    return Whole(reply.body or b"", reply.status, content_type=_JSON)


def _streamed(parts: Iterator[bytes]) -> Response:
    """Return an answer whose parts are sent as they come; the server closes ``parts`` when the client is gone."""
    response = Response(parts, mimetype=EVENTS)
    response.headers["X-Accel-Buffering"] = "no"  # or a proxy would collect them
    return response


def _record(user: User, reply: Reply) -> None:
    called = _printable({"method": reply.method, "called": reply.name})
    person, words = _facts_of(user)
    tell(log, logging.INFO, "authenticated call", person | called, f"authenticated call: {words} {worded(called)}")


@lru_cache(maxsize=256)
def _facts_of(user: User) -> tuple[dict[str, str], str]:
    fields = {
        "user_id": user.id,
        "username": user.username,
        "provider": user.provider,
        "name": user.name,
        "email": user.email,
    }
    known = _printable(fields)
    return known, worded(known)


def _printable(fields: Mapping[str, str | None]) -> dict[str, str]:
    return {
        key: value if value.isprintable() else _UNPRINTABLE.sub(" ", value) for key, value in fields.items() if value
    }
