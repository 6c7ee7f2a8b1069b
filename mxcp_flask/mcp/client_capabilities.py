"""What an endpoint needs of its client, and what a client declared (schema: ClientCapabilities)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mxcp_flask.endpoints.model import Endpoint, Tool
from mxcp_flask.errors import CapabilitiesMissing, RevisionTooOld
from mxcp_flask.mcp.revisions import CAPABILITIES_KEY, MODERN

if TYPE_CHECKING:
    from mxcp_flask.mcp.service import Exchange

FORMS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"elicitation": {"form": {}}, "sampling": {}, "roots": {}}  # we ask with forms, never with URLs
)


def needed(endpoint: Endpoint) -> tuple[str, ...]:
    """Return the names of the capabilities that a client must have to use ``endpoint``."""
    declared = endpoint.required_capabilities if isinstance(endpoint, Tool) else ()
    return tuple(dict.fromkeys([*declared, *(request.kind for request in endpoint.input_requests)]))


def require(endpoint: Endpoint, exchange: Exchange) -> None:
    """Let a call pass whose client can do what ``endpoint`` needs.

    Raises:
        RevisionTooOld: the endpoint needs something, and in this revision a client cannot be asked.
        CapabilitiesMissing: the client did not declare it.

    """
    names = needed(endpoint)
    if names and exchange.revision.era == "legacy":
        raise RevisionTooOld(name=endpoint.key, needed=", ".join(MODERN))
    declared = exchange.meta.get(CAPABILITIES_KEY, {})
    missing = {name: dict(FORMS.get(name, {})) for name in names if not _has(declared, name)}
    if missing:
        raise CapabilitiesMissing(name=endpoint.key, names=", ".join(missing), capabilities=missing)


def _has(declared: Any, name: str) -> bool:
    value = declared.get(name)
    if not isinstance(value, dict):
        return False
    return name != "elicitation" or "form" in value or not value  # an empty object meant forms before URLs came
