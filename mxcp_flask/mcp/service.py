"""What the handlers of one server work with, built once, and what is particular to one exchange."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.engine import Database, Session
from mxcp_flask.mcp.jsonrpc import Id
from mxcp_flask.mcp.listing import Listing, ListName
from mxcp_flask.mcp.message import Caller
from mxcp_flask.mcp.request_state import RequestStates
from mxcp_flask.mcp.revisions import Revision
from mxcp_flask.mcp.running import Running
from mxcp_flask.meter import Meter

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
    states: RequestStates
    page_size: int = 500  # entries on a page of a list
    max_bytes: int = 10_000_000  # of one result
    meter: Meter = field(default_factory=Meter)
    running: Running = field(default_factory=Running)
    first_pages: dict[tuple[str, ListName, frozenset[str] | None], dict[str, Any]] = field(default_factory=dict)

    def introduction(self, revision: Revision) -> dict[str, Any]:
        """Return what initialize and server/discover have in common: capabilities, and instructions if any."""
        logs = revision.era == "legacy" or any(tool.steps for tool in self.catalogue.tools.values())
        capabilities = {**self.capabilities, "logging": {}} if logs else self.capabilities
        common: dict[str, Any] = {"capabilities": capabilities}
        return common if self.instructions is None else {**common, "instructions": self.instructions}

    @cached_property
    def needed_scopes(self) -> frozenset[str]:
        """Return the scopes that any endpoint needs."""
        groups = (self.catalogue.tools, self.catalogue.resources, self.catalogue.prompts)
        endpoints = [endpoint for group in groups for endpoint in group.values()]
        return frozenset(scope for endpoint in endpoints for scope in endpoint.required_scopes)

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
    """One message's surroundings: the server, who calls, in which revision of MCP, and how the answer may look.

    ``alive`` tells whether the answer is still wanted; any thread may ask.
    """

    service: Service
    caller: Caller
    revision: Revision
    accepts_events: bool = False  # so that the answer can come in parts
    alive: Callable[[], bool] | None = None
    request_id: Id = ""
    meta: Mapping[str, Any] = field(default_factory=dict)  # the request's _meta

    def of(self, request_id: Id, meta: Mapping[str, Any]) -> Exchange:
        """Return the same for one request of the message."""
        given = self.service, self.caller, self.revision, self.accepts_events, self.alive
        return Exchange(*given, request_id, meta)

    def session(self) -> AbstractContextManager[Session]:
        """Return a session of the database for the caller, which ends early when nobody waits for it any more."""
        return self.service.database.session(self.caller.identity, alive=self.alive)
