"""The DuckDB database on a disk that fills up while tools write to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mxcp_flask.demo import servers
from mxcp_flask.demo.client import DemoClient
from tests.support import live
from tests.support.site import Site
from tests.support.small_disk import SmallDisk, small_disk

pytestmark = pytest.mark.services
_MOST = 100  # calls until the disk must be full

WRITE = """\
mxcp: 1
tool:
  name: write
  description: Writes half a megabyte
  return: {type: array, items: {type: object}}
  source: {code: "INSERT INTO notes SELECT md5(random()::VARCHAR) || md5(random()::VARCHAR) FROM range(8000)"}
"""
TIDY = """\
mxcp: 1
tool:
  name: tidy
  description: Moves what was written to the database file
  return: {type: array, items: {type: object}}
  source: {code: CHECKPOINT}
"""
COUNT = """\
mxcp: 1
tool:
  name: count
  description: Counts
  return: {type: integer}
  source: {code: SELECT count(*) FROM notes}
"""


class Tools:
    """The tools of the server at ``base``."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.client = DemoClient(f"{base}/mcp")

    def call(self, name: str) -> tuple[bool, str]:
        """Call a tool; return whether it failed, as tools do, and its text."""
        answer = self.client.send("tools/call", name)
        assert answer.status_code == 200, answer.text
        result = answer.json()["result"]
        return bool(result.get("isError")), str(result["content"][0]["text"] if result["content"] else "")

    def fails(self, name: str) -> bool:
        """Tell whether a tool fails; if it does, the reason must be the disk."""
        failed, text = self.call(name)
        assert not failed or "No space left on device" in text, text
        return failed

    def count(self) -> int:
        """Return how many rows there are."""
        failed, text = self.call("count")
        assert not failed, text
        return int(text)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Give a disk of 12 MB."""
    with small_disk(tmp_path, 12) as disk:
        yield disk


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give the place of the server's log."""
    return tmp_path / "log"


@pytest.fixture
def tools(disk: SmallDisk, tmp_path: Path, log: Path) -> Iterator[Tools]:
    """Serve a project whose database is on the disk while the test lasts."""
    site = Site(tmp_path / "site", {"provider": "none"})
    database = f"profiles: {{dev: {{duckdb: {{path: '{disk.root / 'data.duckdb'}'}}}}}}\n"
    site.write("mxcp-site.yml", f"mxcp: 1\nproject: demo\nprofile: dev\n{database}")
    environ = {**site.environ, "MXCP_PROJECT": str(site.project)}
    made = live.run([*live.MXCP, "query", "CREATE TABLE notes (text VARCHAR)"], environ)
    assert made.returncode == 0, made.stderr
    for name, text in (("write", WRITE), ("tidy", TIDY), ("count", COUNT)):
        site.write(f"tools/{name}.yml", text)
    port = servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    command = [*live.MXCP, "serve", "--host", servers.HOST, "--port", str(port)]
    with live.running(command, environ, base, log):
        yield Tools(base)


def test_tools_write_until_the_disk_is_full(disk: SmallDisk, tools: Tools, log: Path) -> None:
    """Writing fails with the reason, reading goes on, a checkpoint breaks nothing for good, and no row is lost."""
    written = next(number for number in range(_MOST) if tools.fails("write"))
    assert written
    rows = tools.count()
    assert rows == 8000 * written
    disk.fill(leave=0)

    assert tools.fails("write")
    assert tools.fails("tidy")
    assert tools.count() == rows
    assert requests.get(f"{tools.base}/health", timeout=live.SECONDS).status_code == 200
    assert "data.duckdb is on a full disk; make room" in log.read_text(encoding="utf-8")
    assert "Traceback" not in log.read_text(encoding="utf-8")


def test_room_again(disk: SmallDisk, tools: Tools, log: Path) -> None:
    """With room the same server writes again, also after a checkpoint that broke the database."""
    assert not tools.fails("write")
    disk.fill(leave=0)
    assert tools.fails("tidy")
    assert "data.duckdb broke and will be opened anew" in log.read_text(encoding="utf-8")
    disk.free()

    assert not tools.fails("write")
    assert not tools.fails("tidy")
    assert tools.count() == 16000
    assert requests.get(f"{tools.base}/ready", timeout=live.SECONDS).status_code == 200
