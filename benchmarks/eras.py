"""How a request looks on the wire in each era of the protocol, and what an answer says."""

from __future__ import annotations

import json
from typing import Any

import requests

from mxcp_flask.demo import loopback

MODERN = "2026-07-28"
LEGACY = "2025-11-25"
TITLES = {MODERN: "modern", LEGACY: "legacy"}
MARK = 4711000000  # the identifier in whose place wrk.lua writes another one for each request
_INFO = {"name": "benchmark", "version": "1"}
_META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": _INFO,
}


def headers_of(token: str, era: str) -> dict[str, str]:
    """Return the headers of every request, but for a session's."""
    headers = {
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
        "Authorization": f"Bearer {token}",
    }
    return headers | {"MCP-Protocol-Version": era}


def request_of(method: str, params: dict[str, Any], era: str) -> tuple[dict[str, str], str]:
    """Return a request's own headers, and its body."""
    if era == LEGACY:
        return {}, _json({"method": method, "params": params})
    named = {"Mcp-Name": params.get("name") or params["uri"]} if params else {}
    return {"Mcp-Method": method, **named}, _json({"method": method, "params": {**params, "_meta": _META}})


def result_of(text: str) -> dict[str, Any]:
    """Return the result in an answer, which may be an event. Raises ValueError when there is none."""
    [payload] = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith(("data: ", "{"))]
    answer = json.loads(payload)
    if "result" not in answer or answer["result"].get("isError"):
        raise ValueError(text[:300])
    result: dict[str, Any] = answer["result"]
    return result


def begin(url: str, token: str) -> str | None:
    """Shake hands, as the legacy era begins; return the session's identifier, if the server gives one."""
    headers = headers_of(token, LEGACY)
    params = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": _INFO}
    answer = send(url, headers, _json({"method": "initialize", "params": params}))
    answer.raise_for_status()
    session = answer.headers.get("Mcp-Session-Id")
    body = json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"})
    send(url, headers | session_header(session), body).raise_for_status()
    return session


def session_header(session: str | None) -> dict[str, str]:
    """Return the header that a request of a session has."""
    return {"Mcp-Session-Id": session} if session else {}


def send(url: str, headers: dict[str, str], body: str) -> requests.Response:
    """POST ``body``."""
    return loopback.send("POST", url, data=body, headers=headers)


def _json(request: dict[str, Any]) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": MARK, **request})
