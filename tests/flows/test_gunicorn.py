"""The application under the hosts that start it themselves: plain gunicorn with several workers, and Flask's server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mxcp_flask.demo import sample, servers
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.demo.walk import Walk
from tests.support import live
from tests.support.site import CLIENT_ID, CLIENT_SECRET

pytestmark = pytest.mark.slow
ACCESS_LOG = ("--access-logfile", "-", "--access-logformat", "worker %(p)s answered %(s)s to %(U)s")


@dataclass(frozen=True)
class Hosted:
    """The demo's project, and what starts a server for it."""

    folder: Path
    port: int
    environ: dict[str, str]

    @property
    def base(self) -> str:
        """Return the server's base URL."""
        return f"http://{servers.HOST}:{self.port}"

    @property
    def gunicorn(self) -> list[str]:
        """Return the command for two workers."""
        address = f"{servers.HOST}:{self.port}"
        return [str(live.BIN / "gunicorn"), "wsgi:app", "-w", "2", "-b", address, *ACCESS_LOG]

    def running(self, command: list[str]) -> AbstractContextManager[live.Server]:
        """Run ``command`` while the block lasts."""
        return live.running(command, self.environ, self.base, self.folder / "log")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace text in one of the two configuration files."""
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    """Return the demo's project with its read-only database and state in SQLite, and serve the stand-in to it."""
    port = servers.free_port()
    project = sample.unpack(tmp_path / "project")
    with live.stand_in(port) as provider_url:
        config = servers.write_config(tmp_path / "config.yml", provider_url, tmp_path / "oauth.db")
        config.write_text(config.read_text().replace(servers.CLIENT_ID, CLIENT_ID))
        environ = {
            "MXCP_PROJECT": str(project),
            "MXCP_CONFIG": str(config),
            "MXCP_DEMO_CLIENT_SECRET": CLIENT_SECRET,
            "HOME": str(tmp_path),
        }
        yield Hosted(tmp_path, port, environ)


def rows_of(client: DemoClient) -> int:
    """Return how many observations the caller has."""
    return len(json.loads(live.text_of(client.send("tools/call", "my_observations"))))


def test_two_workers_serve_the_whole_path(hosted: Hosted) -> None:
    """Every step from discovery to a replayed code must hold, whichever worker process answers it."""
    with hosted.running(hosted.gunicorn):
        walk = Walk(f"{hosted.base}/mcp", lambda _: None)
        assert walk.run() == len(walk.steps)


def test_two_workers_both_answer_both_people(hosted: Hosted) -> None:
    """Each worker process must answer tool calls, and each person gets their own rows from both."""
    with hosted.running(hosted.gunicorn) as server:
        people = [live.sign_in(hosted.base, login) for login in ("ada-fixture", "bo-fixture")]
        with ThreadPoolExecutor(8) as pool:
            counts = list(pool.map(rows_of, people * 50))
        server.stop()

    assert counts == [5, 4] * 50
    answered = [line.split() for line in server.log.read_text().splitlines() if line.endswith("answered 200 to /mcp")]
    assert len(answered) == 100
    assert len({worker for _, worker, *_ in answered}) == 2


def test_a_token_outlives_a_restart(hosted: Hosted) -> None:
    """A token and a registration from before a restart must be good after it."""
    with hosted.running(hosted.gunicorn) as server:
        client = live.sign_in(hosted.base)
        assert server.stop() == 0
        assert not server.has_processes()

    with hosted.running(hosted.gunicorn):
        assert rows_of(client) == 5
        assert "mxcp demo" in live.open_consent(client).text


def test_state_in_memory_is_refused(hosted: Hosted) -> None:
    """Two workers whose OAuth state is in each one's memory must not start, and the message says what to configure."""
    config = json.loads((hosted.folder / "config.yml").read_text())
    del config["projects"]["demo"]["profiles"]["demo"]["auth"]["persistence"]
    (hosted.folder / "config.yml").write_text(json.dumps(config))

    ended = live.run(hosted.gunicorn, hosted.environ)

    assert ended.returncode != 0
    assert "OAuth state is kept in memory, which 2 worker processes cannot share." in ended.stderr
    assert "Configure 'persistence: {type: sqlite}'" in ended.stderr


@pytest.mark.parametrize("flags", [[], ["--preload"]])
def test_a_read_write_database_is_refused(hosted: Hosted, flags: list[str]) -> None:
    """Two workers on a read-write database must not start, and the message has both ways out."""
    hosted.change("project/mxcp-site.yml", "readonly: true", "readonly: false")

    ended = live.run([*hosted.gunicorn, *flags], hosted.environ)

    assert ended.returncode != 0
    assert "2 worker processes cannot share it" in ended.stderr
    assert "Run one worker process with threads" in ended.stderr
    assert "or open the database read-only" in ended.stderr


def test_workers_can_be_set_in_the_environment(hosted: Hosted) -> None:
    """A number of workers that comes from gunicorn's own variable must be seen too."""
    hosted.change("project/mxcp-site.yml", "readonly: true", "readonly: false")
    command = [part for part in hosted.gunicorn if part not in {"-w", "2"}]

    ended = live.run(command, {**hosted.environ, "WEB_CONCURRENCY": "3"})

    assert ended.returncode != 0
    assert "3 worker processes cannot share it" in ended.stderr


def test_flasks_own_server_serves_the_whole_path(hosted: Hosted) -> None:
    """``flask --app wsgi run`` must serve every step, for development."""
    command = [str(live.BIN / "flask"), "--app", "wsgi", "run", "--port", str(hosted.port)]
    with hosted.running(command):
        walk = Walk(f"{hosted.base}/mcp", lambda _: None)
        assert walk.run() == len(walk.steps)
