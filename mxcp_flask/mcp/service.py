"""What the handlers of one server work with, built once, and what is particular to one exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database
from mxcp_flask.mcp.listing import Listing, ListName
from mxcp_flask.mcp.message import Caller
from mxcp_flask.mcp.revisions import Revision

CacheScope = Literal["private", "public"]


@dataclass(frozen=True)
class Service:
    """One server: its endpoints, its database, how it introduces itself, and how much it says at once."""

    catalogue: Catalogue
    database: Database
    listings: Mapping[str, Mapping[ListName, Listing]]  # by revision
    info: Mapping[str, str]  # Implementation of MCP's schema: name and version
    instructions: str | None
    cache_scope: CacheScope
    page_size: int = 500  # entries on a page of a list
    max_bytes: int = 10_000_000  # of one result

    @property
    def introduction(self) -> dict[str, Any]:
        """Return what initialize and server/discover have in common: capabilities, and instructions if any."""
        common: dict[str, Any] = {"capabilities": self.capabilities}
        return common if self.instructions is None else {**common, "instructions": self.instructions}

    @cached_property
    def capabilities(self) -> dict[str, Any]:
        """Return what is offered; it depends on the endpoint files only, and not on who asks."""
        resources, prompts = self.catalogue.resources.values(), self.catalogue.prompts
        offered = {
            "tools": True,
            "resources": bool(resources),
            "prompts": bool(prompts),
            "completions": bool(prompts) or any(resource.is_template for resource in resources),
        }
        return {name: {} for name, has in offered.items() if has}


@dataclass(frozen=True)
class Exchange:
    """One message's surroundings: the server, who calls, and in which revision of MCP."""

    service: Service
    caller: Caller
    revision: Revision
