"""Reports each request of MCP once, when it is known how it ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from mxcp_flask.endpoints.model import Endpoint, Prompt, Resource, Tool
from mxcp_flask.errors import AnswerFailed, EndpointFailed, ProtocolError
from mxcp_flask.mcp.jsonrpc import Request
from mxcp_flask.mcp.methods import METHODS
from mxcp_flask.mcp.service import Service
from mxcp_flask.meter import Called, Kind

_KINDS: tuple[tuple[type[Endpoint], Kind], ...] = ((Tool, "tool"), (Resource, "resource"), (Prompt, "prompt"))


class Report:
    """Of one request, from now on."""

    def __init__(self, request: Request, service: Service) -> None:
        method = METHODS.get(request.method)
        endpoint = method.endpoint_of(service, request.params) if method and method.endpoint_of else None
        self._meter = service.meter
        self._method = request.method if method else ""
        self._kind: Kind = next((kind for cls, kind in _KINDS if isinstance(endpoint, cls)), "")
        self._name = endpoint.key if endpoint else ""
        self._began = time.perf_counter()
        self._is_made = False

    def make(self, outcome: Called) -> None:
        """Report, unless that was done."""
        if not self._is_made:
            self._is_made = True
            seconds = time.perf_counter() - self._began
            self._meter.called(self._method, self._kind, self._name, outcome, seconds)

    def follow(self, stream: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the parts of ``stream``; when nobody takes them to the end, nobody waited for it."""
        try:
            yield from stream
        finally:
            self.make("abandoned")


def outcome_of(answer: dict[str, Any], error: type[ProtocolError] | None) -> Called:
    """Return how a request ended: with a handler's ``answer``, or with an ``error``."""
    if error is not None:
        return _FAULTS.get(error, "refused")
    if answer.get("resultType", "complete") != "complete":
        return "asked"
    return "error" if answer.get("isError") else "ok"


_FAULTS: dict[type[ProtocolError], Called] = {AnswerFailed: "failed", EndpointFailed: "error"}
