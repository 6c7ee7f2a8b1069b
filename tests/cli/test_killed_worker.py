"""A worker that is killed in the middle of a statement that is larger than its memory."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests

from mxcp_flask.demo import servers
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.engine import Database
from tests.support import live
from tests.support.gate import closed_gate
from tests.support.live import HOSTS, Host
from tests.support.processes import workers_of
from tests.support.site import Site

pytestmark = pytest.mark.slow
LARGE = """\
mxcp: 1
tool:
  name: large
  source:
    code: |
      CREATE TEMP TABLE big AS SELECT md5(i::VARCHAR) || md5((-i)::VARCHAR) AS h FROM range(1500000) r(i);
      CREATE TEMP TABLE sorted AS FROM big ORDER BY h;
      SELECT content FROM read_text('{url}', headers = MAP {{}})
"""
SITE = """\
mxcp: 1
project: demo
profile: dev
profiles: {dev: {duckdb: {readonly: true, memory_limit: 60MB}}}
"""


@pytest.mark.parametrize("host", HOSTS)
def test_nothing_of_it_stays(tmp_path: Path, host: Host) -> None:
    """What it had spilled to disk is removed, and a new worker answers."""
    site = Site(tmp_path / "site", {"provider": "none"})
    site.environ["MXCP_PROJECT"] = str(site.project)
    with closing(Database(site.settings().duckdb)) as database:
        database.check()
    site.write("mxcp-site.yml", SITE)
    port = servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    command = live.command(host, port, "--workers", "1")
    with closed_gate() as gate, ThreadPoolExecutor(1) as pool:
        site.write("tools/large.yml", LARGE.format(url=gate.url))
        with live.running(command, site.environ, base, tmp_path / "log") as server:
            call = pool.submit(DemoClient(f"{base}/mcp").send, "tools/call", "large")
            gate.await_reached()
            spilled = list(site.project.glob("*.tmp"))
            os.kill(workers_of(server.process.pid)[0], signal.SIGKILL)
            with pytest.raises(requests.ConnectionError):
                call.result()
            server.await_ready(base)

            assert DemoClient(f"{base}/mcp").send("tools/call", "whoami").status_code == 200
            assert len(spilled) == 1
            assert list(site.project.glob("*.tmp")) == []
