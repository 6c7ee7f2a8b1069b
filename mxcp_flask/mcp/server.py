"""The one object that the web edge uses."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.errors import NotJson
from mxcp_flask.mcp import legacy, modern
from mxcp_flask.mcp.json_text import decode
from mxcp_flask.mcp.jsonrpc import failure, requests_in
from mxcp_flask.mcp.listing import listings
from mxcp_flask.mcp.message import Caller, HttpMessage, Reply
from mxcp_flask.mcp.methods import METHODS
from mxcp_flask.mcp.request_state import RequestStates
from mxcp_flask.mcp.revisions import VERSION_HEADER, era_of
from mxcp_flask.mcp.service import Service
from mxcp_flask.meter import Meter

ERAS = {"legacy": legacy.answer, "modern": modern.answer}
LOGGABLE = re.compile(r"[A-Za-z0-9_./-]{1,128}")


class McpServer:
    """Answers MCP messages with the endpoints of a catalogue and the data of a database.

    ``private`` says that answers differ between callers, so that no shared cache may keep them. A list is answered
    ``page_size`` entries at a time, and a result has at most ``max_bytes``. ``state_key`` signs
    what clients carry between the rounds of a request: all processes that serve the same clients need the same one.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        database: Database,
        *,
        name: str,
        version: str,
        instructions: str | None = None,
        private: bool = True,
        page_size: int = 500,
        max_bytes: int = 10_000_000,
        state_key: bytes | None = None,
        clock: Callable[[], float] = time.time,
        meter: Meter | None = None,
    ) -> None:
        self._service = Service(
            catalogue=catalogue,
            database=database,
            listings=listings(catalogue),
            info={"name": name, "version": version},
            instructions=instructions,
            cache_scope="private" if private else "public",
            states=RequestStates(state_key or secrets.token_bytes(32), clock),
            page_size=page_size,
            max_bytes=max_bytes,
            meter=meter or Meter(),
        )

    def answer(self, message: HttpMessage, caller: Caller) -> Reply:
        """Return the reply to one POST, whatever its body holds.

        Raises:
            ScopeMissing: the endpoint that is called needs a scope that the caller lacks (``needed`` names them all).
            TooManyCalls: the caller may not send so many requests.

        """
        try:
            body = decode(message.body)
        except NotJson as error:
            self._service.meter.refused(type(error).__name__)
            return Reply(400, failure(error))
        caller.admit(requests_in(body))
        era = era_of(message.header(VERSION_HEADER), body)
        reply = ERAS[era](self._service, message, body, caller)
        method = _loggable(body, "method")
        return Reply(reply.status, reply.body, reply.stream, reply.headers, method, self._called(method, body))

    def _called(self, name: str | None, body: Any) -> str | None:
        """Return the key of the endpoint that is called, in the file's words: a stranger's text could be a secret."""
        method = METHODS.get(name or "")
        endpoint = method.endpoint_of(self._service, _params(body)) if method and method.endpoint_of else None
        return endpoint.key if endpoint else None


def _params(body: Any) -> Any:
    return body.get("params") if isinstance(body, dict) else None


def _loggable(value: Any, key: str) -> str | None:
    text = value.get(key) if isinstance(value, dict) else None
    return text if isinstance(text, str) and LOGGABLE.fullmatch(text) else None
