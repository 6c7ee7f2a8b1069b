"""From an empty folder to a server that answers, as a newcomer would go, each step a process of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.demo.client import DemoClient
from tests.support import live

pytestmark = pytest.mark.slow


class Newcomer:
    """Somebody with an empty home, who runs commands in folders of it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environ = {"HOME": str(home)}

    def run(self, *arguments: str, folder: str = ".") -> subprocess.CompletedProcess[str]:
        """Run ``mxcp``; it must succeed, and say nothing on standard error."""
        ended = live.run([*live.MXCP, *arguments], self.environ, cwd=self.home / folder)
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout
        return ended

    def json(self, *arguments: str, folder: str = ".") -> Any:
        """Run ``mxcp`` with --json-output, and return its result."""
        answer = json.loads(self.run(*arguments, "--json-output", folder=folder).stdout)
        assert answer["status"] == "ok"
        return answer["result"]


@pytest.fixture
def newcomer(tmp_path: Path) -> Newcomer:
    """Return somebody in an empty folder."""
    return Newcomer(tmp_path)


def test_the_sample_works(newcomer: Newcomer) -> None:
    """After init --bootstrap every command must succeed, in any folder of the project, and do what it says."""
    newcomer.run("init", "--bootstrap", "garden")

    said = newcomer.run("validate", folder="garden").stdout
    assert said.endswith("2 tools, 1 resource, 1 prompt, 0 errors, 0 warnings\n")
    tested = newcomer.json("test", folder="garden/tools")
    assert (tested["status"], tested["tests_run"]) == ("ok", 6)
    listed = newcomer.json("list", folder="garden/sql")["endpoints"]
    assert {entry["kind"] for entry in listed} == {"tool", "resource", "prompt"}
    assert not any(entry["error"] for entry in listed)
    assert newcomer.json("lint", "--severity", "warning", folder="garden") == []
    notes = newcomer.json("run", "tool", "my_notes", "-u", '{"username": "bo-fixture"}', folder="garden/tools")
    assert [note["plant"] for note in notes] == ["foxglove"]
    assert newcomer.json("run", "resource", "garden://plants/sweet%20woodruff", folder="garden")["height_cm"] == 25
    assert "here" in newcomer.run("run", "prompt", "plan_a_bed", "-p", "spot=here", folder="garden").stdout
    assert newcomer.json("query", "SELECT count(*) AS n FROM plants", folder="garden") == [{"n": 6}]
    newcomer.run("query", "--file", "sample_data.sql", folder="garden/sql")


def test_the_sample_is_served(newcomer: Newcomer) -> None:
    """After init --bootstrap a client must find the tools and get their data."""
    newcomer.run("init", "--bootstrap", "garden")
    port = servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    command = [*live.MXCP, "serve", "--host", servers.HOST, "--port", str(port)]
    environ = {**newcomer.environ, "MXCP_PROJECT": str(newcomer.home / "garden")}

    with live.running(command, environ, base, newcomer.home / "log") as server:
        client = DemoClient(f"{base}/mcp")
        found = client.send("tools/call", "find_plants", {"light": "shade"})
        assert {plant["name"] for plant in json.loads(live.text_of(found))} == {"chervil", "sweet woodruff"}
        assert server.stop() == 0


def test_a_project_without_a_sample_works(newcomer: Newcomer) -> None:
    """After plain init every command must succeed, although there is nothing yet."""
    newcomer.run("init")

    newcomer.run("validate")
    assert newcomer.json("test")["tests_run"] == 0
    assert newcomer.json("list") == {"endpoints": []}
    assert newcomer.json("query", "SELECT 1 AS a") == [{"a": 1}]
