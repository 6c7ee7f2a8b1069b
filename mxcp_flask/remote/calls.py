"""One request of MCP 2026-07-28 to a server, which stands alone, and its answer: JSON, or events that end with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests

from mxcp_flask import __version__
from mxcp_flask.errors import RemoteUnexpected
from mxcp_flask.remote import http
from mxcp_flask.remote.http import Answer

REVISION = "2026-07-28"
CALL_SECONDS = 600.0  # between two pieces of an answer
Json = dict[str, Any]
Told = Callable[[Mapping[str, Any]], None]
"""Gets each notification that comes before the answer."""


def send(
    url: str,
    token: str | None,
    method: str,
    params: Mapping[str, Any],
    *,
    meta: Json | None = None,
    told: Told | None = None,
    seconds: float = CALL_SECONDS,
) -> Answer:
    """Send the request and return the answer, whose JSON is one message. Raises RemoteError."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": {**_META, **(meta or {})}}}
    headers = {
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
        "MCP-Protocol-Version": REVISION,
        "Mcp-Method": method,
        **({"Mcp-Name": header_of(str(params["name"]))} if "name" in params else {}),
    }
    data = json.dumps(body).encode()
    with http.opened("POST", url, seconds=seconds, token=token, data=data, headers=headers) as response:
        if response.headers.get("Content-Type", "").startswith("text/event-stream"):
            return _followed(response, told)
        return http.read(response)


def discover(url: str) -> Answer:
    """Ask the endpoint what it is, as nobody. Raises RemoteError."""
    return send(url, None, "server/discover", {}, seconds=http.SECONDS)


def header_of(name: str) -> str:
    """Return a name as a header can carry it (2026-07-28, Streamable HTTP, "Value Encoding")."""
    plain = name.isascii() and name.isprintable() and name == name.strip() and not name.startswith("=?base64?")
    return name if plain else f"=?base64?{base64.b64encode(name.encode()).decode('ascii')}?="


def _followed(response: requests.Response, told: Told | None) -> Answer:
    for message in _messages(response):
        if "id" in message and "method" not in message:
            return Answer(response.status_code, response.headers, message)
        if told is not None:
            told(message)
    raise RemoteUnexpected(url=response.url, reason="it broke off before its end")


def _messages(response: requests.Response) -> Iterator[Json]:
    data: list[str] = []
    for line in response.iter_lines():
        text = line.decode("utf-8", "replace")
        if text.startswith("data:"):
            data.append(text[5:].removeprefix(" "))
        elif not text and data:
            yield _message("\n".join(data), response.url)
            data.clear()


def _message(text: str, url: str) -> Json:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise RemoteUnexpected(url=url, reason="one of its events is no message")
    return value


_META: Json = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "mxcp", "version": __version__},
}
