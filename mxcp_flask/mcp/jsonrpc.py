"""JSON-RPC 2.0: reading a message, wording an answer, and the number of each error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mxcp_flask.errors import (
    AnswerFailed,
    CapabilitiesMissing,
    EndpointFailed,
    HeaderMismatch,
    InputDeclined,
    MethodUnknown,
    NotAMessage,
    NotJson,
    ParamsInvalid,
    ProtocolError,
    ResourceNotFound,
    ResourceUnknown,
    RevisionNotServed,
    RevisionTooOld,
)
from mxcp_flask.mcp.answers import Body, compose
from mxcp_flask.mcp.json_text import Encoded, encode, encode_text

CODES: Mapping[type[ProtocolError], int] = MappingProxyType(
    {
        NotJson: -32700,
        NotAMessage: -32600,
        MethodUnknown: -32601,
        ParamsInvalid: -32602,
        ResourceUnknown: -32602,
        ResourceNotFound: -32002,
        AnswerFailed: -32603,
        EndpointFailed: -32603,
        HeaderMismatch: -32020,
        CapabilitiesMissing: -32021,
        RevisionNotServed: -32022,
        RevisionTooOld: -32602,
        InputDeclined: -32602,
    }
)

Id = str | int


@dataclass(frozen=True)
class Request:
    """A call that must be answered; ``params`` is whatever was sent, an empty object when nothing was."""

    id: Id
    method: str
    params: Any


@dataclass(frozen=True)
class Notification:
    """A call that is not answered; ``params`` as in a request."""

    method: str
    params: Any = None


@dataclass(frozen=True)
class ClientResponse:
    """An answer of the client to a request of ours; we send none."""


Message = Request | Notification | ClientResponse


def read(value: Any) -> Message:
    """Return the message in a JSON value.

    Raises:
        NotAMessage: it is no object of JSON-RPC 2.0 §4 or §5, or its id is neither a string nor a whole number.

    """
    if not isinstance(value, dict):
        raise NotAMessage(reason="it must be one object")
    if value.get("jsonrpc") != "2.0":
        raise NotAMessage(reason="its 'jsonrpc' must be \"2.0\"")
    if "method" not in value and ("result" in value or "error" in value):
        return ClientResponse()
    if not isinstance(value.get("method"), str):
        raise NotAMessage(reason="its 'method' must be a string")
    if "id" not in value:
        return Notification(value["method"], value.get("params"))
    return Request(_id(value["id"]), value["method"], value.get("params", {}))


def requests_in(value: Any) -> int:
    """Return how many requests there are in ``value``, a message or a batch of them, or neither."""
    members = value if isinstance(value, list) else [value]
    return sum(isinstance(member, dict) and "method" in member and "id" in member for member in members)


def id_of(value: Any) -> Id | None:
    """Return the id of what may not even be a message, or None when there is none to repeat."""
    try:
        return _id(value["id"])
    except (KeyError, TypeError, NotAMessage):
        return None


def result(request_id: Id, value: Mapping[str, Any]) -> Body:
    """Return the JSON text of a successful response; raises ValueError on what JSON cannot say."""
    if any(isinstance(each, Encoded) for each in value.values()):
        return _with_encoded(request_id, value)
    return compose({"jsonrpc": "2.0", "id": request_id, "result": value})


def failure(error: ProtocolError, request_id: Id | None = None) -> bytes:
    """Return the JSON text of an error response; without a known id it has none, as MCP's schema allows no null."""
    body: dict[str, Any] = {"jsonrpc": "2.0"} if request_id is None else {"jsonrpc": "2.0", "id": request_id}
    body["error"] = {"code": CODES[type(error)], "message": str(error)}
    data = _data(error)
    if data is not None:
        body["error"]["data"] = data
    return encode(body)


def _with_encoded(request_id: Id, value: Mapping[str, Any]) -> bytes:
    """Return what ``result`` does, with the members that are encoded already as they are, at the end."""
    rest = {name: each for name, each in value.items() if not isinstance(each, Encoded)}
    texts = [f'"{name}":{each.text}' for name, each in value.items() if isinstance(each, Encoded)]
    head = encode_text({"jsonrpc": "2.0", "id": request_id, "result": rest})[:-2]
    return f"{head}{',' if rest else ''}{','.join(texts)}}}}}".encode()


def _data(error: ProtocolError) -> dict[str, Any] | None:
    if isinstance(error, RevisionNotServed):
        return {"supported": list(error.facts["supported"]), "requested": error.facts["requested"]}
    if isinstance(error, (ResourceUnknown, ResourceNotFound)):
        return {"uri": error.facts["uri"]}
    if isinstance(error, CapabilitiesMissing):
        return {"requiredCapabilities": error.facts["capabilities"]}
    if isinstance(error, AnswerFailed) and error.facts.get("reference"):
        return {"reference": error.facts["reference"]}
    return None


def _id(value: Any) -> Id:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return value
    raise NotAMessage(reason="its 'id' must be a string or a whole number")
