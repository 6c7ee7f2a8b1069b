"""The modern era, from revision 2026-07-28 on: every request stands alone and says everything about itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from mxcp_flask.errors import (
    AnswerFailed,
    EndpointFailed,
    MethodUnknown,
    NotAMessage,
    ParamsInvalid,
    ProtocolError,
    RevisionNotServed,
)
from mxcp_flask.mcp.dispatch import Outcome, refuse, respond
from mxcp_flask.mcp.headers import check_headers
from mxcp_flask.mcp.jsonrpc import ClientResponse, Notification, Request, id_of, read
from mxcp_flask.mcp.message import Caller, HttpMessage, Reply
from mxcp_flask.mcp.methods import Method
from mxcp_flask.mcp.revisions import (
    CAPABILITIES_KEY,
    MODERN,
    SERVER_INFO_KEY,
    VERSION_HEADER,
    VERSION_KEY,
    Revision,
    meta_of,
)
from mxcp_flask.mcp.service import Exchange, Service

STATUSES: Mapping[type[ProtocolError], int] = MappingProxyType(
    {MethodUnknown: 404, AnswerFailed: 200, EndpointFailed: 200}
)
"""HTTP statuses of errors; those not named have 400. MCP gives -32603 none, and every client reads a 200's body."""


def answer(service: Service, message: HttpMessage, body: Any, caller: Caller) -> Reply:
    """Return the reply to the JSON value ``body``; raises ScopeMissing."""
    try:
        call = read(body)
        if not isinstance(call, Request):
            return _drop(message, call)
        revision = _admit(message, call, meta_of(body))
    except ProtocolError as error:
        return _reply(refuse(error, id_of(body), service.meter))
    exchange = Exchange(service, caller, revision, accepts_events=message.accepts_events, alive=message.alive)
    return _reply(respond(call, exchange, finish))


def finish(result: dict[str, Any], method: Method, service: Service) -> dict[str, Any]:
    """Return a result with what every modern one carries: its type, the server, and how long it may be kept."""
    meta = {**result.get("_meta", {}), SERVER_INFO_KEY: service.info}
    finished = {"resultType": "complete", **result, "_meta": meta}
    if method.ttl_ms is None or finished["resultType"] != "complete":
        return finished
    return {**finished, "ttlMs": method.ttl_ms, "cacheScope": service.cache_scope}


def _drop(message: HttpMessage, call: Notification | ClientResponse) -> Reply:
    if isinstance(call, ClientResponse):
        raise NotAMessage(reason="this revision of MCP has no requests that a client could answer")
    version = message.header(VERSION_HEADER)
    if version is not None:
        _served(version)
    return Reply(202)


def _admit(message: HttpMessage, request: Request, meta: Mapping[str, Any]) -> Revision:
    version = meta.get(VERSION_KEY)
    if not isinstance(version, str):
        raise ParamsInvalid(reason=f"_meta must hold the string '{VERSION_KEY}'")
    if not isinstance(meta.get(CAPABILITIES_KEY), dict):
        raise ParamsInvalid(reason=f"_meta must hold the object '{CAPABILITIES_KEY}'")
    check_headers(message, request, version)
    return _served(version)


def _served(version: str) -> Revision:
    if version not in MODERN:
        raise RevisionNotServed(requested=version, supported=tuple(MODERN))
    return MODERN[version]


def _reply(outcome: Outcome) -> Reply:
    if outcome.stream is not None:
        return Reply(200, stream=outcome.stream)
    return Reply(200 if outcome.error is None else STATUSES.get(outcome.error, 400), outcome.body)
