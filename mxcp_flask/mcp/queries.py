"""Running the SQL of an endpoint as the caller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mxcp_flask.engine import Rows
from mxcp_flask.mcp.service import Exchange


def query(exchange: Exchange, sql: str, values: Mapping[str, Any]) -> Rows:
    """Return the result of ``sql`` with the parameters ``values``; raises SqlFailed and DatabaseNotUsable."""
    with exchange.service.database.session(exchange.caller.identity) as session:
        return session.run(sql, values)
