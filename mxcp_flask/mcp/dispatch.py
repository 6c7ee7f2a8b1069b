"""From a request to the bytes of its response, whatever happens on the way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mxcp_flask.errors import (
    AnswerFailed,
    DatabaseHeld,
    DatabaseNotUsable,
    MethodUnknown,
    ParamsInvalid,
    ProtocolError,
    ScopeMissing,
)
from mxcp_flask.logs import request_id
from mxcp_flask.mcp.answers import Body
from mxcp_flask.mcp.jsonrpc import Id, Request, failure, result
from mxcp_flask.mcp.measuring import Report, outcome_of
from mxcp_flask.mcp.methods import METHODS, Method
from mxcp_flask.mcp.revisions import meta_of
from mxcp_flask.mcp.service import Exchange, Service
from mxcp_flask.mcp.streams import Telling, events
from mxcp_flask.meter import Meter

logger = logging.getLogger("mxcp.mcp")

Finish = Callable[[dict[str, Any], Method, Service], dict[str, Any]]
"""What an era adds to a handler's result."""


@dataclass(frozen=True)
class Outcome:
    """The JSON text of a response, and the kind of its error if it is one; or a stream of events that ends with it."""

    body: Body = field(default=b"", repr=False)
    error: type[ProtocolError] | None = None
    stream: Iterator[bytes] | None = field(default=None, repr=False)


def respond(request: Request, exchange: Exchange, finish: Finish) -> Outcome:
    """Return the response to ``request``; an unforeseen failure is logged, and the client learns no more than that.

    Raises:
        ScopeMissing: the caller lacks a scope that the request needs. The web edge answers it, with a challenge.
        DatabaseHeld: another process has the database. The web edge answers it, with when to try again.

    """
    report = Report(request, exchange.service)
    try:
        check_scopes(request, exchange)
        return _answered(request, exchange, finish, report)
    except ScopeMissing:
        report.make("refused")
        raise
    except DatabaseHeld:
        report.make("failed")
        raise


def _answered(request: Request, exchange: Exchange, finish: Finish, report: Report) -> Outcome:
    conclude = partial(_conclude, request, exchange, finish, report)
    meta = meta_of({"params": request.params})
    try:
        answer = _perform(request, exchange.of(request.id, meta))
    except DatabaseHeld:
        raise
    except Exception as error:  # noqa: BLE001 - _conclude knows each
        return conclude(error)
    if isinstance(answer, Generator):
        return Outcome(stream=report.follow(events(answer, lambda end: conclude(end).body)))
    return conclude(answer)


def _conclude(
    request: Request, exchange: Exchange, finish: Finish, report: Report, answer: dict[str, Any] | Exception
) -> Outcome:
    """Return the response to what a handler returned or raised, and report it."""
    outcome = _response(request, exchange, finish, answer)
    report.make(outcome_of({} if isinstance(answer, Exception) else answer, outcome.error))
    return outcome


def _response(request: Request, exchange: Exchange, finish: Finish, answer: dict[str, Any] | Exception) -> Outcome:
    try:
        if isinstance(answer, Exception):
            raise answer
        return Outcome(result(request.id, finish(answer, METHODS[request.method], exchange.service)))
    except ProtocolError as error:
        return refuse(error, request.id, exchange.service.meter)
    except DatabaseNotUsable as error:
        logger.error("%s: %s", request.method, error)  # noqa: TRY400 - its message is the cause
    except Exception:
        logger.exception("%s was not answered", request.method)
    return refuse(AnswerFailed(reference=request_id.get()), request.id, exchange.service.meter)


def check_scopes(request: Request, exchange: Exchange) -> None:
    """Raise ScopeMissing when the caller lacks a scope that the request needs."""
    method = METHODS.get(request.method)
    endpoint = method.endpoint_of(exchange.service, request.params) if method and method.endpoint_of else None
    if endpoint is None:
        return
    needed = endpoint.required_scopes
    missing = exchange.caller.lacks(needed)
    if missing:
        raise ScopeMissing(missing=" ".join(missing), needed=needed)


def refuse(error: ProtocolError, request_id: Id | None, meter: Meter) -> Outcome:
    """Return the error response for ``error``, and report it, unless it is an endpoint's."""
    fault = outcome_of({}, type(error))
    if fault == "refused":
        meter.refused(type(error).__name__)
    elif fault == "failed":
        meter.failed(type(error).__name__)
    return Outcome(failure(error, request_id), type(error))


def _perform(request: Request, exchange: Exchange) -> dict[str, Any] | Telling:
    method = METHODS.get(request.method)
    if method is None or not method.served(exchange):
        raise MethodUnknown(version=exchange.revision.version)
    if not isinstance(request.params, dict):
        raise ParamsInvalid(reason="'params' must be an object")
    return method.handler(exchange, request.params)
