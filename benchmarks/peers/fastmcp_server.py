"""FastMCP with the project's tools: ``python -m benchmarks.peers.fastmcp_server PORT``."""

from __future__ import annotations

import sys
from typing import Any

from fastmcp import FastMCP
from fastmcp.server.auth import AccessToken, TokenVerifier

from benchmarks.peers.data import rows_of
from benchmarks.peers.tokens import username_of


class Verifier(TokenVerifier):  # type: ignore[misc]
    """Knows the tokens of the file."""

    async def verify_token(self, token: str) -> AccessToken | None:
        """Look ``token`` up."""
        username = username_of(token)
        return username and AccessToken(token=token, client_id=username, scopes=[], subject=username)


server = FastMCP("benchmark", auth=Verifier())


@server.tool(name="sum", description="Adds two numbers")  # type: ignore[untyped-decorator]
def total(a: int, b: int) -> int:
    """Return the sum of the numbers, which DuckDB makes."""
    return int(rows_of("sum", a=a, b=b)[0]["total"])


@server.tool(description="Twenty of a hundred thousand orders")  # type: ignore[untyped-decorator]
def rows(owner: int) -> list[dict[str, Any]]:
    """Return the owner's orders."""
    return rows_of("rows", owner=owner)


@server.tool(description="The first rows of a table with ten columns of different types")  # type: ignore[untyped-decorator]
def mixed(top: int) -> list[dict[str, Any]]:
    """Return so many rows."""
    return rows_of("mixed", top=top)


@server.resource("shop://orders/{id}", mime_type="application/json", description="One order")  # type: ignore[untyped-decorator]
def order(id: int) -> dict[str, Any]:  # noqa: A002 (as the address says)
    """Return the order."""
    return rows_of("order", id=id)[0]


if __name__ == "__main__":
    port = int(sys.argv[1])
    server.run("http", host="127.0.0.1", port=port, json_response=True, show_banner=False, log_level="warning")
