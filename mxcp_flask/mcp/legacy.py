"""The legacy era, up to revision 2025-11-25: a handshake first, but without a session, so that it leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from mxcp_flask.errors import NotAMessage, ProtocolError
from mxcp_flask.mcp.answers import joined
from mxcp_flask.mcp.dispatch import Outcome, check_scopes, refuse, respond
from mxcp_flask.mcp.jsonrpc import Message, Notification, Request, id_of, read
from mxcp_flask.mcp.message import Caller, HttpMessage, Reply
from mxcp_flask.mcp.methods import Method
from mxcp_flask.mcp.revisions import ASSUMED, LEGACY, VERSION_HEADER
from mxcp_flask.mcp.service import Exchange, Service
from mxcp_flask.meter import Meter

MAX_BATCH = 50
"""Messages in one array; each may run SQL, and all of them hold one worker."""


def answer(service: Service, message: HttpMessage, body: Any, caller: Caller) -> Reply:
    """Return the reply to the JSON value ``body``; raises ScopeMissing."""
    version = message.header(VERSION_HEADER)
    revision = ASSUMED if version is None else LEGACY[version]
    exchange = Exchange(service, caller, revision, alive=message.alive)
    try:
        if isinstance(body, list):
            return _answer_batch(body, exchange)
        return _answer_one(read(body), replace(exchange, accepts_events=message.accepts_events))
    except ProtocolError as error:
        return Reply(400, refuse(error, id_of(body), service.meter).body)


def plain(result: dict[str, Any], method: Method, service: Service) -> dict[str, Any]:  # noqa: ARG001
    """Return a handler's result as it is."""
    return result


def _answer_one(call: Message, exchange: Exchange) -> Reply:
    if not isinstance(call, Request):
        _note(call, exchange)
        return Reply(202)
    outcome = _respond(call, exchange)
    return Reply(200, stream=outcome.stream) if outcome.stream else Reply(200, outcome.body)


def _respond(call: Request, exchange: Exchange) -> Outcome:
    alive = exchange.service.running.watch(exchange.caller.grant, call.id, exchange.alive)
    return respond(call, replace(exchange, alive=alive), plain)


def _note(call: Message, exchange: Exchange) -> None:
    if isinstance(call, Notification) and call.method == "notifications/cancelled":
        exchange.service.running.cancel(exchange.caller.grant, call.params)


def _answer_batch(values: list[Any], exchange: Exchange) -> Reply:
    if not exchange.revision.batches:
        raise NotAMessage(reason=f"revision {exchange.revision.version} of MCP has no batches")
    if not 0 < len(values) <= MAX_BATCH:
        raise NotAMessage(reason=f"a batch holds 1 to {MAX_BATCH} messages")
    read_member = partial(_read_member, meter=exchange.service.meter)
    calls = [call for call in map(read_member, values) if isinstance(call, (Request, Outcome))]
    _check_all_scopes(calls, exchange)
    outcomes = [call if isinstance(call, Outcome) else _respond(call, exchange) for call in calls]
    if not outcomes:
        return Reply(202)
    first, *rest = [outcome.body for outcome in outcomes]
    return Reply(200, joined(b"[", first, *(text for body in rest for text in (b",", body)), b"]"))


def _read_member(value: Any, meter: Meter) -> Message | Outcome:
    try:
        call = read(value)
        if isinstance(call, Request) and call.method == "initialize":
            raise NotAMessage(reason="'initialize' cannot be part of a batch")
    except ProtocolError as error:
        return refuse(error, id_of(value), meter)
    return call


def _check_all_scopes(calls: list[Request | Outcome], exchange: Exchange) -> None:
    """Check before anything runs: the client repeats the whole batch after a challenge, and no SQL may run twice."""
    for call in calls:
        if isinstance(call, Request):
            check_scopes(call, exchange)
