"""``mxcp demo``."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from mxcp_flask.demo import sample
from mxcp_flask.demo.walk import Walk
from tests.cli.conftest import Mxcp
from tests.support import live

pytestmark = pytest.mark.slow
STEPS = len(Walk("", print).steps)


def test_once_walks_the_whole_path(tmp_path: Path) -> None:
    """Every step must hold, whatever proxy the environment names, the exit code be 0, and nothing be left behind."""
    proxy = {"HTTP_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1", "NO_PROXY": "", "no_proxy": ""}
    ended = live.run([*live.MXCP, "demo", "--once"], {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), **proxy})

    assert ended.returncode == 0, ended.stderr
    lines = ended.stdout.splitlines()
    assert lines.count("    held") == STEPS
    assert lines[-1] == f"All {STEPS} steps held."
    assert list(tmp_path.iterdir()) == []


def test_a_step_that_does_not_hold_is_exit_code_1(mxcp: Mxcp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A server that lacks a tool must end the walk at the step that needs it, with one line that says why."""
    without = tmp_path / "without"
    shutil.copytree(sample.PROJECT, without)
    (without / "tools/search_targets.yml").unlink()
    monkeypatch.setattr(sample, "PROJECT", without)

    result = mxcp("demo", "--once")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The step did not hold: the tools are ['my_observations'")
    assert result.stderr.count("\n") == 1
    assert 0 < result.stdout.count("    held") < STEPS


def test_it_stays_until_it_is_told_to_end(tmp_path: Path) -> None:
    """Without --once the servers must stay up, and end with the command on SIGTERM: no process, no folder left."""
    server = live.Server([*live.MXCP, "demo"], {"TMPDIR": str(tmp_path)}, tmp_path / "log")
    try:
        await_line(server, "Press Ctrl-C to stop.")
        assert server.process.poll() is None
    finally:
        code = server.stop()

    assert code == 0
    assert not server.has_processes()
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def await_line(server: live.Server, line: str) -> None:
    """Return when the command has printed ``line``; fail with its output when it ends or takes too long."""
    deadline = time.monotonic() + live.SECONDS
    while line not in server.log.read_text().splitlines():
        assert server.process.poll() is None, server.log.read_text()
        assert time.monotonic() < deadline, server.log.read_text()
