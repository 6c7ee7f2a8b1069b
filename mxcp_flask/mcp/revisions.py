"""The revisions of MCP that are served, and what each can express.

From revision 2026-07-28 on, every request carries its version and the client's capabilities; before, a handshake
agreed on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

Era = Literal["legacy", "modern"]
Structured = Literal["none", "objects", "any"]

VERSION_HEADER = "mcp-protocol-version"
VERSION_KEY = "io.modelcontextprotocol/protocolVersion"
CAPABILITIES_KEY = "io.modelcontextprotocol/clientCapabilities"
SERVER_INFO_KEY = "io.modelcontextprotocol/serverInfo"
LOG_LEVEL_KEY = "io.modelcontextprotocol/logLevel"
SUBSCRIPTION_KEY = "io.modelcontextprotocol/subscriptionId"


@dataclass(frozen=True)
class Revision:
    """A revision of MCP: which values ``structuredContent`` may have, and what else it can express."""

    version: str
    era: Era = "legacy"
    structured: Structured = "objects"
    batches: bool = False
    audio: bool = True  # as a type of content

    @property
    def links(self) -> bool:
        """Tell whether content may be a link to a resource, which came together with ``structuredContent``."""
        return self.structured != "none"

    @property
    def titles(self) -> bool:
        """Tell whether a tool may have a ``title``, which came together with ``structuredContent``."""
        return self.structured != "none"


REVISIONS: Mapping[str, Revision] = MappingProxyType(
    {
        revision.version: revision
        for revision in (
            Revision("2024-11-05", structured="none", audio=False),
            Revision("2025-03-26", structured="none", batches=True),
            Revision("2025-06-18"),
            Revision("2025-11-25"),
            Revision("2026-07-28", era="modern", structured="any"),
        )
    }
)
LEGACY = MappingProxyType({version: revision for version, revision in REVISIONS.items() if revision.era == "legacy"})
MODERN = MappingProxyType({version: revision for version, revision in REVISIONS.items() if revision.era == "modern"})
ASSUMED = REVISIONS["2025-03-26"]  # without a version header: this was the last revision that had none
NEWEST_LEGACY = REVISIONS["2025-11-25"]


def era_of(version_header: str | None, body: Any) -> Era:
    """Tell a message's era: modern when its header names no legacy revision, or its ``_meta`` names any revision."""
    if version_header is not None and version_header not in LEGACY:
        return "modern"
    return "modern" if VERSION_KEY in meta_of(body) else "legacy"


def meta_of(body: Any) -> Mapping[str, Any]:
    """Return ``params._meta`` of a message, empty when there is none or it is no object."""
    params = body.get("params") if isinstance(body, dict) else None
    meta = params.get("_meta") if isinstance(params, dict) else None
    return meta if isinstance(meta, dict) else {}
