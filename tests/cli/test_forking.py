"""gunicorn loads the application before it forks (--preload): nothing that was opened there is used in a worker."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.engine import Database
from tests.support import live
from tests.support.processes import files_of, threads_of, workers_of
from tests.support.site import Site

pytestmark = pytest.mark.slow
WORD = "mxcp: 1\ntool: {{name: word, return: {{type: string}}, source: {{code: \"SELECT '{word}'\"}}}}\n"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Give a project without sign-in whose tool answers ``one``, and its database."""
    site = Site(tmp_path / "site", {"provider": "none"})
    site.environ["MXCP_PROJECT"] = str(site.project)
    with closing(Database(site.settings().duckdb)) as database:
        database.check()
    site.write("tools/word.yml", WORD.format(word="one"))
    return site


def word(client: DemoClient) -> str:
    """Return what the tool answers."""
    return live.text_of(client.send("tools/call", "word"))


def test_preload(tmp_path: Path) -> None:
    """The master has no database open and no thread, and its workers serve, are replaced, and read files anew."""
    port = servers.free_port()
    base, log = f"http://{servers.HOST}:{port}", tmp_path / "log"
    with live.stand_in(port) as provider_url:
        site = live.live_site(tmp_path / "site", provider_url, persistence=live.sqlite(tmp_path))
        with closing(Database(site.settings().duckdb)) as database:
            database.check()
        site.write(
            "mxcp-site.yml", "{mxcp: 1, project: demo, profile: dev, profiles: {dev: {duckdb: {readonly: true}}}}"
        )
        site.write("tools/word.yml", WORD.format(word="one"))
        command = live.command("gunicorn", port, "--preload", "--workers", "2")
        with live.running(command, site.environ, base, log) as server:
            master = server.process.pid
            clients = [live.sign_in(base) for _ in range(2)]
            assert [word(client) for client in clients * 4] == ["one"] * 8
            assert [name for name in files_of(master) if name.endswith((".duckdb", ".db", "-wal", "-shm"))] == []
            assert threads_of(master) == 1
            for worker in workers_of(master):
                os.kill(worker, signal.SIGKILL)
            site.write("tools/word.yml", WORD.format(word="two"))
            server.await_ready(base)
            assert [word(client) for client in clients * 4] == ["two"] * 8
            assert server.stop() == 0

    assert "Traceback" not in log.read_text()


@pytest.mark.parametrize("flags", [[], ["--preload"]], ids=["", "preload"])
def test_gunicorns_own_reload(site: Site, tmp_path: Path, flags: list[str]) -> None:
    """Without our settings SIGHUP replaces the workers: a new one waits for the database until the old one is gone."""
    port = servers.free_port()
    base, log = f"http://{servers.HOST}:{port}", tmp_path / "log"
    with live.running(live.command("gunicorn as it comes", port, *flags), site.environ, base, log) as server:
        client = DemoClient(f"{base}/mcp")
        old = workers_of(server.process.pid)
        site.write("tools/word.yml", WORD.format(word="two"))
        server.process.send_signal(signal.SIGHUP)
        assert live.becomes(lambda: word(client) == "two")
        assert live.becomes(lambda: not set(workers_of(server.process.pid)) & set(old))
        assert word(client) == "two"
        assert server.stop() == 0
    assert "Traceback" not in log.read_text()
