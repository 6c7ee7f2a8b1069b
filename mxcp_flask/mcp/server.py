"""The one object that the web edge uses."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.errors import NotJson
from mxcp_flask.mcp import legacy, modern
from mxcp_flask.mcp.json_text import decode
from mxcp_flask.mcp.jsonrpc import failure
from mxcp_flask.mcp.message import Caller, HttpMessage, Reply
from mxcp_flask.mcp.revisions import VERSION_HEADER, era_of
from mxcp_flask.mcp.service import Service, listings

ERAS = {"legacy": legacy.answer, "modern": modern.answer}
LOGGABLE = re.compile(r"[A-Za-z0-9_./-]{1,128}")


class McpServer:
    """Answers MCP messages with the tools of a catalogue and the data of a database.

    ``private`` says that answers differ between callers, so that no shared cache may keep them.
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
    ) -> None:
        self._service = Service(
            catalogue=catalogue,
            database=database,
            listings=listings(catalogue),
            info={"name": name, "version": version},
            instructions=instructions,
            cache_scope="private" if private else "public",
        )

    def answer(self, message: HttpMessage, caller: Caller) -> Reply:
        """Return the reply to one POST, whatever its body holds.

        Raises:
            ScopeMissing: the tool that is called needs a scope that the caller lacks (``needed`` names all it needs).

        """
        try:
            body = decode(message.body)
        except NotJson as error:
            return Reply(400, failure(error))
        era = era_of(message.header(VERSION_HEADER), body)
        reply = ERAS[era](self._service, message, body, caller)
        return replace(reply, method=_loggable(body, "method"), name=self._known(_loggable(_params(body), "name")))

    def _known(self, name: str | None) -> str | None:
        return name if name in self._service.catalogue.tools else None  # a stranger's text could be a secret


def _params(body: Any) -> Any:
    return body.get("params") if isinstance(body, dict) else None


def _loggable(value: Any, key: str) -> str | None:
    text = value.get(key) if isinstance(value, dict) else None
    return text if isinstance(text, str) and LOGGABLE.fullmatch(text) else None
