"""How a server ends that is told to by SIGTERM: what runs is answered, and nothing is left."""

from __future__ import annotations

import http.client
import json
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.engine import Database
from tests.support import live
from tests.support.gate import Gate, closed_gate
from tests.support.live import HOSTS, Host
from tests.support.site import Site

pytestmark = pytest.mark.slow
on_both = pytest.mark.parametrize("host", HOSTS)
_TOOL = """\
mxcp: 1
tool:
  name: {name}
  return: {{type: string}}
  source: {{code: "SELECT content{more} FROM read_text('{url}', headers = MAP {{}})"}}
"""
ENDLESS = " || (SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b)"


class Ending:
    """A server without sign-in, whose tools wait at ``gate``; one of them has more to do than can be done."""

    def __init__(self, folder: Path, gate: Gate) -> None:
        self.site = Site(folder, {"provider": "none"})
        self.site.environ["MXCP_PROJECT"] = str(self.site.project)
        for name, more in (("short", ""), ("endless", ENDLESS)):
            self.site.write(f"tools/{name}.yml", _TOOL.format(name=name, url=gate.url, more=more))
        self.gate, self.port, self.log = gate, servers.free_port(), folder / "log"

    def serving(self, host: Host, *flags: str) -> Any:
        """Serve while the block lasts."""
        command = live.command(host, self.port, *flags)
        return live.running(command, self.site.environ, f"http://{servers.HOST}:{self.port}", self.log)

    def call(self, name: str) -> dict[str, Any]:
        """Call a tool, and return its result."""
        return self.result(self.sent(name))

    def sent(self, name: str) -> http.client.HTTPConnection:
        """Call a tool, and return the connection that its answer will come on."""
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": {}}}
        connection = self.connect()
        connection.request("POST", "/mcp", json.dumps(body), {"Content-Type": "application/json"})
        return connection

    def result(self, connection: http.client.HTTPConnection) -> dict[str, Any]:
        """Return the result that comes on ``connection``, and close it."""
        with closing(connection):
            answer = json.loads(connection.getresponse().read())
        result: dict[str, Any] = answer["result"]
        return result

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection, which is kept between requests."""
        return http.client.HTTPConnection(servers.HOST, self.port, timeout=live.SECONDS)

    def stop(self, server: live.Server) -> str:
        """Send SIGTERM, and return what /ready says as soon as the worker knows of it."""
        with closing(self.connect()) as connection:
            status = self._ready(connection)[0]
            server.process.send_signal(signal.SIGTERM)
            while status == 200:
                status, text = self._ready(connection)
        return text

    def _ready(self, connection: http.client.HTTPConnection) -> tuple[int, str]:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.fixture
def ending(tmp_path: Path) -> Iterator[Ending]:
    """Give a server that is not started, with its gate closed."""
    with closed_gate() as gate:
        yield Ending(tmp_path / "site", gate)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Give threads for calls."""
    with ThreadPoolExecutor(4) as threads:
        yield threads


def nothing_is_left(ending: Ending, server: live.Server) -> None:
    """Fail unless the server has ended well, with all that it had open, made or started."""
    assert server.process.wait(live.SECONDS) == 0
    assert not server.has_processes()
    assert {path.name for path in ending.site.project.iterdir()} == {"mxcp-site.yml", "tools", "db-dev.duckdb"}
    with closing(Database(ending.site.settings().duckdb)) as database:
        database.check()
    assert "Traceback" not in ending.log.read_text()


def started(ending: Ending, pool: ThreadPoolExecutor, name: str) -> Future[dict[str, Any]]:
    """Call a tool, and return when its statement runs."""
    called = pool.submit(ending.call, name)
    ending.gate.await_reached()
    return called


@on_both
def test_what_runs_is_answered(ending: Ending, pool: ThreadPoolExecutor, host: Host) -> None:
    """A call that runs at SIGTERM is answered, /ready says 503 meanwhile, and nobody else is let in to wait."""
    with ending.serving(host) as server:
        call = started(ending, pool, "short")
        assert "temporarily_unavailable" in ending.stop(server)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((servers.HOST, ending.port), timeout=live.SECONDS)
        ending.gate.open()

        assert call.result(live.SECONDS)["content"][0]["text"] == "an ox"
        nothing_is_left(ending, server)


@pytest.mark.parametrize("host", [*HOSTS, "gunicorn as it comes"])
def test_what_does_not_end_is_stopped_in_time(ending: Ending, pool: ThreadPoolExecutor, host: Host) -> None:
    """SQL that would run on beyond the deadline is stopped before it, and its caller is told so."""
    with ending.serving(host, "--graceful-timeout", "6") as server:
        calls = [started(ending, pool, "endless") for _ in range(2)]
        ending.gate.open()
        server.process.send_signal(signal.SIGTERM)

        for call in calls:
            result = call.result(live.SECONDS)
            assert result["isError"]
            assert "The server is being stopped or started anew" in result["content"][0]["text"]
        nothing_is_left(ending, server)


@on_both
def test_who_waits_is_answered(ending: Ending, pool: ThreadPoolExecutor, host: Host) -> None:
    """Connections that nobody had a thread for at SIGTERM are still taken: there is no other server to take them."""
    with ending.serving(host, "--threads", "1") as server:
        first = started(ending, pool, "short")
        waiting = [ending.sent("short") for _ in range(3)]
        server.process.send_signal(signal.SIGTERM)
        ending.gate.open()

        assert first.result(live.SECONDS)["content"][0]["text"] == "an ox"
        assert [ending.result(connection)["content"][0]["text"] for connection in waiting] == ["an ox"] * 3
        nothing_is_left(ending, server)
