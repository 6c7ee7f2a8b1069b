"""The MCP SDK's own server with the project's tools: ``python -m benchmarks.peers.sdk_server PORT``."""

from __future__ import annotations

import json
import sys
from typing import Any

from mcp.server.auth.provider import AccessToken
from mcp.server.auth.settings import AuthSettings
from mcp.server.mcpserver import MCPServer
from pydantic import AnyHttpUrl

from benchmarks.peers.data import rows_of
from benchmarks.peers.tokens import username_of

PORT = int(sys.argv[1])


class Verifier:
    """Knows the tokens of the file."""

    async def verify_token(self, token: str) -> AccessToken | None:
        """Look ``token`` up."""
        username = username_of(token)
        return AccessToken(token=token, client_id=username, scopes=[], subject=username) if username else None


server = MCPServer(
    "benchmark",
    token_verifier=Verifier(),
    auth=AuthSettings(
        issuer_url=AnyHttpUrl(f"http://127.0.0.1:{PORT}"),
        resource_server_url=AnyHttpUrl(f"http://127.0.0.1:{PORT}/mcp"),
        validate_token_resource=False,
    ),
    log_level="WARNING",
)


@server.tool(name="sum", description="Adds two numbers")
def total(a: int, b: int) -> int:
    """Return the sum of the numbers, which DuckDB makes."""
    return int(rows_of("sum", a=a, b=b)[0]["total"])


@server.tool(description="Twenty of a hundred thousand orders")
def rows(owner: int) -> list[dict[str, Any]]:
    """Return the owner's orders."""
    return rows_of("rows", owner=owner)


@server.tool(description="The first rows of a table with ten columns of different types")
def mixed(top: int) -> list[dict[str, Any]]:
    """Return so many rows."""
    return rows_of("mixed", top=top)


@server.resource("shop://orders/{id}", mime_type="application/json", description="One order")
def order(id: int) -> str:  # noqa: A002 (as the address says)
    """Return the order."""
    return json.dumps(rows_of("order", id=id)[0])


if __name__ == "__main__":
    server.run("streamable-http", host="127.0.0.1", port=PORT, json_response=True)
