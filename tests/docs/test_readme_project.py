"""README's project of one's own, made of the files that it shows, checked and served as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.docs.blocks import ROOT, blocks_of, run_by
from tests.support import live

pytestmark = pytest.mark.slow
README = ROOT / "README.md"
ORDERS = """
    CREATE TABLE orders (id INTEGER, owner VARCHAR, total DECIMAL(9, 2));
    INSERT INTO orders VALUES (1, 'ada', 12.50);
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a folder with README's files, each under the name in its first line, and what they take for granted."""
    folder = tmp_path / "shop"
    for block in blocks_of(README):
        named = re.match(r"# ([\w/-]+\.yml)\n", block.text)
        if named and named[1] != "tools/my_wishes.yml":  # of the project in "The first minutes"
            (folder / named[1]).parent.mkdir(parents=True, exist_ok=True)
            (folder / named[1]).write_text(block.text)
    (folder / "sql").mkdir()
    (folder / "sql/order.sql").write_text("SELECT id, total FROM orders WHERE id = $id")
    (tmp_path / ".mxcp").mkdir()
    config = next(block for block in blocks_of(README) if block.text.startswith("mxcp: 1\nprojects:"))
    (tmp_path / ".mxcp/config.yml").write_text(config.text)
    ended = live.run([*live.MXCP, "query", ORDERS], environ_of(tmp_path), cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return folder


def environ_of(home: Path) -> dict[str, str]:
    """Return the environment of somebody who lives in ``home`` and has the ``mxcp`` of this installation."""
    return {
        "HOME": str(home),
        "PATH": f"{live.BIN}:/usr/bin:/bin",
        "GITHUB_CLIENT_ID": "x",
        "GITHUB_CLIENT_SECRET": "y",
    }


def test_the_commands_do_what_readme_says(project: Path) -> None:
    """The project is valid, and the server prints the URL that README promises."""
    (block,) = run_by("tests/docs/test_readme_project.py", README)
    port = servers.free_port()
    *before, serve = block.text.splitlines()
    assert serve.startswith("mxcp serve ")
    script = "\n".join(["set -e", *before, f"exec {serve.partition('#')[0]} --port {port}"])
    command = ["/bin/bash", "-c", script]

    with live.running(
        command, environ_of(project.parent), f"http://localhost:{port}", project.parent / "log", project
    ) as server:
        assert server.stop() == 0
        said = server.log.read_text()

    promised = re.search(r"http://localhost:8000/mcp", serve)
    assert promised
    assert promised[0].replace("8000", str(port)) in said
    assert "1 tool, 1 resource, 1 prompt, 0 errors, 0 warnings" in said
