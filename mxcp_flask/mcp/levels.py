"""Log levels (RFC 5424 §6.2.1), and logging/setLevel of the legacy revisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.errors import ParamsInvalid
from mxcp_flask.mcp.revisions import LOG_LEVEL_KEY
from mxcp_flask.mcp.service import Exchange

LEVELS = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
OURS = "info"  # of every message that we send


def set_level(exchange: Exchange, params: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    """Return an EmptyResult; a server without sessions cannot remember the level.

    Raises:
        ParamsInvalid: there is no such level.

    """
    if params.get("level") not in LEVELS:
        raise ParamsInvalid(reason=f"'level' must be one of {', '.join(LEVELS)}")
    return {}


def wants_messages(exchange: Exchange) -> bool:
    """Tell whether the client takes log messages of our level: modern ones say so in each request."""
    if exchange.revision.era == "legacy":
        return True
    wanted = exchange.meta.get(LOG_LEVEL_KEY)
    return wanted in LEVELS and LEVELS.index(wanted) <= LEVELS.index(OURS)
