"""Answers one call with 200,000 rows, and prints by how many megabytes the process has grown at most meanwhile.

The first call, with few rows, has everything loaded that a call needs.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.model import Parameter
from mxcp_flask.endpoints.types import output_schema
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.mcp import HttpMessage, LongAnswer, McpServer
from mxcp_flask.mcp.json_text import encode
from tests.mcp.client import ANYBODY, request
from tests.mcp.fakes import arguments_schema, tool

COUNT = 200_000
SQL = """
    SELECT i AS id, 'customer ' || i AS customer, i * 1.5 AS amount, DATE '2024-01-01' AS day, i % 2 = 0 AS paid,
    TIMESTAMP '2024-01-01' + INTERVAL (i) SECOND AS at, 'a note of a few words, number ' || i AS note
    FROM range($count) t(i)
"""
RETURNS = {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}}
INTEGER = {"type": "integer"}
ROWS = tool(
    "rows",
    sql=SQL,
    returns=RETURNS,
    output_schema=output_schema(RETURNS),
    parameters=(Parameter("count", INTEGER),),
    input_schema=arguments_schema(count=INTEGER),
)
_UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10  # of ru_maxrss in a megabyte


def call(server: McpServer, count: int) -> int:
    """Return the size of the answer with ``count`` rows, which is read to its end."""
    body = encode(request("tools/call", {"name": "rows", "arguments": {"count": count}}))
    answer = server.answer(HttpMessage({"mcp-protocol-version": "2025-11-25"}, body), ANYBODY).body
    assert isinstance(answer, LongAnswer)
    size = sum(map(len, answer))
    answer.close()
    assert size == answer.size
    return size


def peak() -> float:
    """Return the megabytes that the process had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT


def main(folder: Path) -> None:
    """Print size and growth, in megabytes."""
    database = Database(DatabaseSettings(folder / "data.duckdb", max_rows=COUNT, max_bytes=1 << 30, timeout=600))
    server = McpServer(Catalogue(tools={"rows": ROWS}), database, name="shop", version="1", max_bytes=1 << 30)
    call(server, 2_000)
    before = peak()
    size = call(server, COUNT)
    print(size / (1 << 20), peak() - before)
    database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
