"""A client that goes away takes its SQL with it: gunicorn with one thread, which the next client needs."""

from __future__ import annotations

import json
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from mxcp_flask.demo import servers
from tests.support import live
from tests.support.site import Site

SITE = "mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {dev: {duckdb: {timeout: 600}}}\n"
SLOW = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
TOOLS = {
    "slow": f"return: {{type: number}}\n  source: {{code: '{SLOW}'}}",
    "steps": f"steps: [Begun, Done]\n  source: {{code: 'CREATE TABLE begun (n INTEGER); {SLOW}'}}",
    "tables": "return: {type: integer}\n  source: {code: SELECT count(*) FROM duckdb_tables()}",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Serve slow tools with one thread, and without sign-in."""
    site = Site(tmp_path_factory.mktemp("cancelled"), {"provider": "none"})
    site.write("mxcp-site.yml", SITE)
    for name, body in TOOLS.items():
        site.write(f"tools/{name}.yml", f"mxcp: 1\ntool:\n  name: {name}\n  description: A tool\n  {body}\n")
    number = servers.free_port()
    with servers.serve_project(site.project, site.config, number, site.environ, "--threads", "1"):
        yield number


@contextmanager
def call(port: int, tool: str, **params: Any) -> Iterator[socket.socket]:
    """Call a tool, and give the connection on which the answer comes."""
    body = json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}, **params}}
    )
    head = [
        "POST /mcp HTTP/1.1",
        f"Host: {servers.HOST}:{port}",
        "Accept: application/json, text/event-stream",
        "MCP-Protocol-Version: 2025-11-25",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    with socket.create_connection((servers.HOST, port), timeout=live.SECONDS) as connection:
        connection.sendall("\r\n".join([*head, "", body]).encode())
        yield connection


def answer(connection: socket.socket) -> str:
    """Return all that comes until the server closes the connection."""
    return b"".join(iter(lambda: connection.recv(65536), b"")).decode()


def test_sql_ends_with_its_connection(port: int) -> None:
    """The only thread must be free for the next call soon after the client of the first one has gone."""
    with call(port, "slow") as first, call(port, "tables") as waiting:
        assert not select.select([waiting], [], [], 1.0)[0], "nobody keeps the thread busy"
        first.close()
        assert '"structuredContent":{"result":' in answer(waiting)


def test_a_stream_ends_with_its_connection(port: int) -> None:
    """What is told must arrive while the SQL runs; who leaves then must leave nothing in the database."""
    with call(port, "tables") as before:
        count = answer(before).rpartition("\r\n\r\n")[2]

    with call(port, "steps", _meta={"progressToken": "p"}) as first:
        told = ""
        while '"progress":1' not in told:
            told += first.recv(65536).decode()
        assert "text/event-stream" in told
        assert "X-Accel-Buffering: no" in told
        assert "Cache-Control: no-store" in told

    with call(port, "tables") as after:
        assert answer(after).rpartition("\r\n\r\n")[2] == count
