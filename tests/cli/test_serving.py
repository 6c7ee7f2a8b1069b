"""``mxcp serve`` while it runs, and how it ends."""

from __future__ import annotations

import signal
from contextlib import AbstractContextManager, closing

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.endpoints.sql_tools import SQL_TOOLS
from mxcp_flask.engine import Database
from tests.support import live
from tests.support.site import Site, github_auth

pytestmark = pytest.mark.slow


class Serving:
    """Runs ``mxcp serve`` for a site in which nobody needs to sign in."""

    def __init__(self, site: Site) -> None:
        site.configure({"provider": "none"})
        self.site = site
        self.port = servers.free_port()
        self.base = f"http://{servers.HOST}:{self.port}"
        self.log = site.folder / "log"

    def run(self, *flags: str) -> AbstractContextManager[live.Server]:
        """Serve while the block lasts."""
        command = [*live.MXCP, "serve", "--host", servers.HOST, "--port", str(self.port), *flags]
        return live.running(command, self.site.environ, self.base, self.log)

    def tools(self) -> set[str]:
        """Return the names of the tools that are served."""
        answer = DemoClient(f"{self.base}/mcp").send("tools/list").json()
        return {tool["name"] for tool in answer["result"]["tools"]}

    def shown(self) -> dict[str, str]:
        """Return what was announced, by its title."""
        lines = self.log.read_text().splitlines()
        return {title: value.strip() for title, _, value in (line.partition(":") for line in lines)}


@pytest.fixture
def serving(site: Site) -> Serving:
    """Return what runs ``mxcp serve``."""
    return Serving(site)


@pytest.fixture
def database(serving: Serving) -> None:
    """Create the project's database, so that it can be opened read-only."""
    with closing(Database(serving.site.settings().duckdb)) as created:
        created.check()


def test_it_says_what_it_serves(serving: Serving) -> None:
    """The first lines must name project, database, sign-in, workers and the URL for the client."""
    with serving.run("--threads", "3") as server:
        assert serving.tools() == {"whoami", "admin_only", *SQL_TOOLS}
        server.stop()

    shown = serving.shown()
    assert shown["Project"] == "demo, profile dev"
    assert shown["Database"] == str(serving.site.settings().duckdb.path)
    assert shown["Sign-in"] == "none"
    assert shown["Workers"] == "1 with 3 threads each"
    assert shown["MCP URL"] == f"{serving.base}/mcp"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_it_is_told_to(serving: Serving, number: signal.Signals) -> None:
    """SIGTERM and Ctrl-C must end it with exit code 0, and leave no process and no file outside of the project."""
    with serving.run() as server:
        serving.tools()

        assert server.stop(number) == 0
        assert not server.has_processes()
    assert "Traceback" not in serving.log.read_text()
    assert {path.name for path in serving.site.folder.iterdir()} == {"project", "config.yml", "log"}


def test_its_port_is_free_again(serving: Serving) -> None:
    """Starting again right after the end must not find the address in use."""
    for _ in range(2):
        with serving.run() as server:
            serving.tools()
            assert server.stop() == 0


@pytest.mark.usefixtures("database")
def test_read_only_can_be_shared(serving: Serving) -> None:
    """--readonly must let two workers open the database, and say so."""
    with serving.run("--readonly", "--workers", "2") as server:
        answer = DemoClient(f"{serving.base}/mcp").send(
            "tools/call", "execute_sql_query", {"sql": "CREATE TABLE made AS SELECT 1"}
        )
        assert answer.json()["result"]["isError"]
        server.stop()

    assert serving.shown()["Database"].endswith(" (read-only)")
    assert serving.shown()["Workers"] == "2 with 4 threads each"


def test_the_sql_tools_can_be_switched_off(serving: Serving) -> None:
    """--no-sql-tools must leave only the project's own tools."""
    with serving.run("--no-sql-tools"):
        assert serving.tools() == {"whoami", "admin_only"}


def test_broken_files_can_be_ignored(serving: Serving) -> None:
    """--ignore-errors must serve what can be loaded, and nothing of the broken file."""
    serving.site.write("tools/broken.yml", "mxcp: 1\ntool: {name: broken, source: {code: 1}}\n")

    with serving.run("--ignore-errors"):
        assert {"whoami", "admin_only"} <= serving.tools()
        assert "broken" not in serving.tools()


def test_a_worker_that_cannot_start_ends_the_server(serving: Serving) -> None:
    """A database that cannot be opened must end the command with a line that says why, and no traceback."""
    ended = live.run(
        [*live.MXCP, "serve", "--host", servers.HOST, "--port", str(serving.port), "--readonly"], serving.site.environ
    )

    assert ended.returncode != 0
    assert "cannot be opened: it does not exist, and read-only does not create it." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_debug_shows_no_secret(serving: Serving) -> None:
    """--debug must log more, but not the provider's secret."""
    serving.site.configure(github_auth())

    with serving.run("--debug") as server:
        assert DemoClient(f"{serving.base}/mcp").send("tools/list").status_code == 401
        server.stop()

    log = serving.log.read_text()
    assert "DEBUG" in log
    assert serving.site.environ["GITHUB_CLIENT_SECRET"] not in log
