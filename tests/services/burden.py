"""A server with two workers and secrets in its project, under the load of wrk, and people whom it must not mix up."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import eras, wrk
from mxcp_flask.demo import servers
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.engine import Database
from mxcp_flask.records import ANONYMOUS
from tests.support import live
from tests.support.site import CLIENT_SECRET, Site

HIDDEN = "hunter2-hidden"
SECRETS = (HIDDEN, CLIENT_SECRET, "gho_")
LOGINS = ("ada-fixture", "bo-fixture", "cy-fixture")
_CONNECTIONS = 32
_LONGEST = 120.0  # seconds
# A scan of many rows, which several of DuckDB's threads do, and each of them must know who asks.
_WHO = """\
mxcp: 1
tool:
  name: who
  return: {type: string}
  source: {code: "SELECT count(DISTINCT get_username()) || ' ' || min(get_username() || (i - i)::VARCHAR) FROM numbers"}
"""


@dataclass(frozen=True)
class Burdened:
    """The server, where its project is, and each person's token."""

    site: Site
    base: str
    people: dict[str, DemoClient]

    def ask(self, token: str, name: str, arguments: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Call a tool on a connection of its own; return the status and what was answered."""
        own, body = eras.request_of("tools/call", {"name": name, "arguments": arguments or {}}, eras.MODERN)
        answer = eras.send(f"{self.base}/mcp", eras.headers_of(token, eras.MODERN) | own, body)
        return answer.status_code, answer.json()


@contextmanager
def burdened(folder: Path) -> Iterator[Burdened]:
    """Serve while the block lasts; the load goes on all the while, and must be answered rightly to the end."""
    port = servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    with live.stand_in(port) as provider_url:
        site = _site(folder / "site", provider_url, base)
        command = live.command("mxcp serve", port, "--workers", "2", "--threads", "4")
        with live.running(command, site.environ, base, folder / "log"):
            people = {login: live.sign_in(base, login) for login in LOGINS}
            with _load(base, people["bo-fixture"]):
                yield Burdened(site, base, people)


def _site(folder: Path, provider_url: str, base: str) -> Site:
    no_limits = {"calls_per_person": 0, "calls_per_client": 0}
    site = live.live_site(folder, provider_url, persistence=live.sqlite(folder / "project"), limits=no_limits)
    document = json.loads(site.config.read_text(encoding="utf-8"))
    document["transport"]["http"]["base_url"] = base
    site.config = site.write("config.yml", json.dumps(document))
    site.environ["MXCP_CONFIG"] = str(site.config)
    database = Database(site.settings().duckdb)
    with closing(database), database.session(ANONYMOUS) as session:
        session.run("CREATE TABLE numbers AS SELECT range AS i FROM range(200000)", {})
    profiles = "{dev: {duckdb: {readonly: true}}}"
    site.write("mxcp-site.yml", f"mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {profiles}\n")
    site.write("tools/who.yml", _WHO)
    site.write(".env", f"a\n{HIDDEN}\n")
    (folder / "outside.txt").write_text(HIDDEN)
    (site.project / "link.txt").symlink_to(folder / "outside.txt")
    return site


@contextmanager
def _load(base: str, client: DemoClient) -> Iterator[None]:
    assert client.token is not None
    own, body = eras.request_of("tools/call", {"name": "whoami", "arguments": {}}, eras.MODERN)
    headers = eras.headers_of(client.token, eras.MODERN) | own
    expected = eras.send(f"{base}/mcp", headers, body).text
    assert "bo-fixture" in expected
    request = wrk.Request(f"{base}/mcp", headers, body, [], expected)
    with wrk.loading(request, _CONNECTIONS, _LONGEST) as process:
        try:
            yield
            told = _end(process)
        finally:
            process.kill()
    assert (told["wrong"], told["errors"]) == (0, 0)
    assert told["requests"] > _CONNECTIONS


def _end(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.poll() is None, "the load ended before what it was to disturb"
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=live.SECONDS)
    told: dict[str, Any] = json.loads(output.splitlines()[-1])
    return told
