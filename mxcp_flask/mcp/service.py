"""What the handlers of one server work with, built once, and what is particular to one exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Tool
from mxcp_flask.engine import Database
from mxcp_flask.mcp.message import Caller
from mxcp_flask.mcp.revisions import REVISIONS, Revision
from mxcp_flask.mcp.tool_forms import Json, entry

CacheScope = Literal["private", "public"]
Listing = tuple[tuple[Tool, Json], ...]


@dataclass(frozen=True)
class Service:
    """One server: its tools, its database, and how it introduces itself."""

    catalogue: Catalogue
    database: Database
    listings: Mapping[str, Listing]  # by revision: every tool, by name, with its entry in tools/list
    info: Mapping[str, str]  # Implementation of MCP's schema: name and version
    instructions: str | None
    cache_scope: CacheScope

    @property
    def introduction(self) -> dict[str, Any]:
        """Return what initialize and server/discover have in common: capabilities, and instructions if any."""
        common: dict[str, Any] = {"capabilities": {"tools": {}}}
        return common if self.instructions is None else {**common, "instructions": self.instructions}


@dataclass(frozen=True)
class Exchange:
    """One message's surroundings: the server, who calls, and in which revision of MCP."""

    service: Service
    caller: Caller
    revision: Revision


def listings(catalogue: Catalogue) -> dict[str, Listing]:
    """Return the entries of tools/list for every revision, so that no request builds them."""
    tools = [catalogue.tools[name] for name in sorted(catalogue.tools)]
    return {version: tuple((tool, entry(tool, revision)) for tool in tools) for version, revision in REVISIONS.items()}
