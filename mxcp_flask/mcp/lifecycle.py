"""Meeting a client: the handshake of the legacy revisions, and server/discover, which replaced it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp.revisions import LEGACY, MODERN, NEWEST_LEGACY
from mxcp_flask.mcp.service import Exchange


def initialize(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the InitializeResult: the revision asked for if it is a legacy one, else the newest of those.

    Raises:
        ParamsInvalid: no ``protocolVersion`` is asked for.

    """
    wanted = params.get("protocolVersion")
    if not isinstance(wanted, str):
        raise ParamsInvalid(reason="'protocolVersion' must be a string")
    agreed = LEGACY.get(wanted, NEWEST_LEGACY)
    return {
        "protocolVersion": agreed.version,
        "serverInfo": exchange.service.info,
        **exchange.service.introduction(agreed),
    }


def ping(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    """Return an EmptyResult."""
    return {}


def discover(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    """Return the DiscoverResult: the stateless revisions that are served, and what the server offers."""
    return {"supportedVersions": list(MODERN), **exchange.service.introduction(exchange.revision)}
