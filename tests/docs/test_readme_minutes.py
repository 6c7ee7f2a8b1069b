"""README.md's first minutes, typed as they stand there: from nothing to a tool of one's own, called as somebody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.docs.blocks import ROOT, blocks_of, run_by
from tests.support import live, terminal

pytestmark = pytest.mark.slow
README = ROOT / "README.md"
TOOL = next(block.text for block in blocks_of(README) if block.text.startswith("# tools/my_wishes.yml\n"))
ANSWER = next(block.text for block in blocks_of(README) if block.language == "json")
MAKE, SERVE, CALL = (block.text for block in run_by("tests/docs/test_readme_minutes.py", README))


def test_the_first_minutes(tmp_path: Path) -> None:
    """In an empty folder the commands must lead to the answer that README shows, for a person and for nobody else."""
    port = servers.free_port()
    ada = terminal.person(tmp_path)
    environ = {**ada.environ, "PATH": f"{live.BIN}:/usr/bin:/bin"}
    typed(MAKE, environ, tmp_path)
    garden = tmp_path / "garden"
    (garden / "tools/my_wishes.yml").write_text(TOOL)
    *before, demo = SERVE.splitlines()
    assert demo == "mxcp demo ."
    typed("\n".join(before), environ, garden)

    base = f"http://localhost:{port}"
    with live.running(["/bin/bash", "-c", f"exec {demo} --port {port}"], environ, base, tmp_path / "log", garden):
        there = {**environ, "MXCP_URL": f"{base}/mcp"}
        answered = typed(CALL, there, garden)
        assert json.loads(answered.partition("lists the tools)\n")[2]) == json.loads(ANSWER)
        answered = typed(CALL.replace("login", "login --as bo-fixture"), there, garden)
        assert json.loads(answered.partition("lists the tools)\n")[2]) == []


def typed(commands: str, environ: dict[str, str], folder: Path) -> str:
    """Return what ``commands`` printed; all of them must succeed."""
    ended = live.run(["/bin/bash", "-c", f"set -e\n{commands}"], environ, folder)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
