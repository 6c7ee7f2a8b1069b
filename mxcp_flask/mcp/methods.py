"""The requests that are served. A new one is a handler in the file of its noun, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mxcp_flask.endpoints.model import Endpoint
from mxcp_flask.mcp.completion import complete, endpoint_of_ref
from mxcp_flask.mcp.levels import set_level
from mxcp_flask.mcp.lifecycle import discover, initialize, ping
from mxcp_flask.mcp.prompts import get_prompt, list_prompts, prompt_of
from mxcp_flask.mcp.resources import list_resources, list_templates, read_resource, resource_of
from mxcp_flask.mcp.revisions import Era
from mxcp_flask.mcp.service import Exchange, Service
from mxcp_flask.mcp.streams import Telling
from mxcp_flask.mcp.subscriptions import listen, subscribe
from mxcp_flask.mcp.tools import call_tool, list_tools, tool_of

Handler = Callable[[Exchange, Mapping[str, Any]], dict[str, Any] | Telling]
EndpointOf = Callable[[Service, Any], Endpoint | None]

BOTH: frozenset[Era] = frozenset({"legacy", "modern"})
LEGACY_ONLY: frozenset[Era] = frozenset({"legacy"})
MODERN_ONLY: frozenset[Era] = frozenset({"modern"})


@dataclass(frozen=True)
class Method:
    """How one request is served.

    ``named_by`` is the parameter that the header Mcp-Name repeats; ``endpoint_of`` finds the endpoint that a request is
    for, whose scopes it needs and whose key is logged, whatever the params are; ``ttl_ms`` is for how many milliseconds
    a client may keep the result (None: not at all). Without its ``capability`` a server does not have the method.
    """

    handler: Handler
    eras: frozenset[Era]
    named_by: str | None = None
    endpoint_of: EndpointOf | None = None
    ttl_ms: int | None = None
    capability: str | None = None

    def served(self, exchange: Exchange) -> bool:
        """Tell whether the revision has the method, and the server what it is about."""
        offered = self.capability is None or self.capability in exchange.service.capabilities
        return offered and exchange.revision.era in self.eras


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "initialize": Method(initialize, LEGACY_ONLY),
        "ping": Method(ping, LEGACY_ONLY),
        "server/discover": Method(discover, MODERN_ONLY, ttl_ms=3_600_000),
        "logging/setLevel": Method(set_level, LEGACY_ONLY),
        "subscriptions/listen": Method(listen, MODERN_ONLY),
        "tools/list": Method(list_tools, BOTH, ttl_ms=60_000),
        "tools/call": Method(call_tool, BOTH, named_by="name", endpoint_of=tool_of),
        "resources/list": Method(list_resources, BOTH, ttl_ms=60_000, capability="resources"),
        "resources/templates/list": Method(list_templates, BOTH, ttl_ms=60_000, capability="resources"),
        "resources/read": Method(
            read_resource, BOTH, named_by="uri", endpoint_of=resource_of, ttl_ms=0, capability="resources"
        ),
        "resources/subscribe": Method(subscribe, LEGACY_ONLY, endpoint_of=resource_of, capability="resources"),
        "resources/unsubscribe": Method(subscribe, LEGACY_ONLY, endpoint_of=resource_of, capability="resources"),
        "prompts/list": Method(list_prompts, BOTH, ttl_ms=60_000, capability="prompts"),
        "prompts/get": Method(get_prompt, BOTH, named_by="name", endpoint_of=prompt_of, capability="prompts"),
        "completion/complete": Method(complete, BOTH, endpoint_of=endpoint_of_ref, capability="completions"),
    }
)
