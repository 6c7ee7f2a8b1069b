"""Servers that meet at one database or one socket."""

from __future__ import annotations

import os
import select
import signal
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.engine import Database
from tests.support import live
from tests.support.live import HOSTS, Host
from tests.support.processes import workers_of
from tests.support.site import Site

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("host", HOSTS)]
BROKEN = "mxcp: 1\ntool: {name: broken, source: {code: 1}}\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Give a project without sign-in, and its database, which is read and written."""
    site = Site(tmp_path / "site", {"provider": "none"})
    site.environ["MXCP_PROJECT"] = str(site.project)
    with closing(Database(site.settings().duckdb)) as database:
        database.check()
    return site


def test_a_second_server_on_one_file_is_refused(site: Site, tmp_path: Path, host: Host) -> None:
    """At another port, too, it ends at once, with both ways out in one message, and the first goes on."""
    port, other = servers.free_port(), servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    with live.running(live.command(host, port), site.environ, base, tmp_path / "log"):
        refused = live.run(live.command(host, other), site.environ)
        answer = DemoClient(f"{base}/mcp").send("tools/call", "whoami")

    assert refused.returncode == 1
    assert "A server that writes is one worker process with threads" in refused.stderr
    assert "readonly: true" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert answer.status_code == 200


def test_a_successor_that_cannot_start_changes_nothing(site: Site, tmp_path: Path, host: Host) -> None:
    """After SIGUSR2 with files that cannot be served, the old server goes on, and can be told again."""
    port = servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    with live.running(live.command(host, port), site.environ, base, tmp_path / "log") as server:
        master, before = server.process.pid, workers_of(server.process.pid)
        site.write("tools/broken.yml", BROKEN)
        os.kill(master, signal.SIGUSR2)
        assert live.becomes(lambda: len(workers_of(master)) > len(before))
        [successor] = set(workers_of(master)) - set(before)
        ended = os.pidfd_open(successor)
        assert select.select([ended], [], [], live.SECONDS)[0]
        os.close(ended)

        assert DemoClient(f"{base}/mcp").send("tools/call", "whoami").status_code == 200
        assert live.becomes(lambda: workers_of(master) == before)
        assert server.stop() == 0
    assert "endpoint files cannot be loaded" in (tmp_path / "log").read_text()
