"""A client that speaks both eras to an McpServer without HTTP between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mxcp_flask.mcp import Caller, HttpMessage, McpServer, Reply
from mxcp_flask.mcp.answers import Body
from mxcp_flask.records import Identity

MODERN = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
ALICE = Identity(username="alice", provider="github", email="alice@example.com")
ANYBODY = Caller(ALICE, scopes=None)


@dataclass(frozen=True)
class Answer:
    """A reply with its JSON decoded, None when it has no body; of a stream, its last event's, after those ``told``."""

    reply: Reply
    json: Any
    told: tuple[Any, ...] = ()

    @property
    def outcome(self) -> tuple[int, int | None]:
        """Return the HTTP status and the JSON-RPC error code, if any."""
        error = self.json.get("error") if isinstance(self.json, dict) else None
        return self.reply.status, error and error["code"]


@dataclass(frozen=True)
class Client:
    """Sends messages to ``server`` as ``caller``."""

    server: McpServer
    caller: Caller = ANYBODY

    def post(self, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
        """Send ``body``, as it is when it is bytes, else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        reply = self.server.answer(HttpMessage(headers or {}, raw), self.caller)
        if reply.stream is not None:
            *told, last = map(event, b"".join(reply.stream).split(b"\n\n")[:-1])
            return Answer(reply, last, tuple(told))
        return Answer(reply, None if reply.body is None else json.loads(text_of(reply.body)))

    def legacy(self, method: str, params: Any = None, version: str | None = "2025-11-25") -> Answer:
        """Send a request of a legacy revision; None: without a version header."""
        headers = {} if version is None else {"mcp-protocol-version": version}
        return self.post(request(method, params), headers)

    def modern(self, method: str, params: Mapping[str, Any] | None = None, **headers: str | None) -> Answer:
        """Send a request of revision 2026-07-28; ``headers`` replaces headers, or with None leaves them out."""
        return self.post(request(method, {"_meta": META, **(params or {})}), modern_headers(method, params, headers))

    def call(self, version: str, method: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Send a request of revision ``version``."""
        return self.modern(method, params) if version == MODERN else self.legacy(method, params, version)


def text_of(body: Body) -> bytes:
    """Return the text of ``body``, which must be as long as it says."""
    if isinstance(body, bytes):
        return body
    text = b"".join(body)
    assert len(text) == body.size
    body.close()
    return text


def event(text: bytes) -> Any:
    """Return the JSON of a server-sent event."""
    kind, data = text.decode().removesuffix("\n\n").split("\n")
    assert kind == "event: message"
    return json.loads(data.removeprefix("data: "))


def request(method: str, params: Any = None, request_id: Any = 7) -> dict[str, Any]:
    """Return a JSON-RPC request; without ``params`` it has none."""
    message = {"jsonrpc": "2.0", "id": request_id, "method": method}
    return message if params is None else {**message, "params": params}


def notification(method: str = "notifications/initialized") -> dict[str, Any]:
    """Return a JSON-RPC notification."""
    return {"jsonrpc": "2.0", "method": method}


def modern_headers(
    method: str, params: Mapping[str, Any] | None, replaced: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Return the headers of a modern request; names in ``replaced`` have underscores for hyphens."""
    headers: dict[str, str | None] = {"mcp-protocol-version": MODERN, "mcp-method": method}
    name = params.get("name", params.get("uri")) if params else None
    if isinstance(name, str):
        headers["mcp-name"] = name
    headers.update({name.replace("_", "-"): value for name, value in (replaced or {}).items()})
    return {name: value for name, value in headers.items() if value is not None}
