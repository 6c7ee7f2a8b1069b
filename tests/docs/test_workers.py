"""docs/workers.md: its command serves, and its table of settings is what gunicorn is told."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.cli.gunicorn_options import options
from mxcp_flask.cli.workers import Workers
from mxcp_flask.demo import servers
from mxcp_flask.demo.client import DemoClient
from mxcp_flask.engine import Database
from tests.docs.blocks import ROOT, run_by
from tests.support import live
from tests.support.site import Site

DOCUMENT = ROOT / "docs/workers.md"
_ROW = re.compile(r"^\| `(\w+)` \| (`[^`]*`|none) \|", re.MULTILINE)
_SAID_ELSEWHERE = {"workers", "threads", "logger_class", "proc_name", "child_exit"}


def test_the_table_is_what_gunicorn_is_told() -> None:
    """Every setting of ours has a row with its value, and no row is of another."""
    told = {
        name: str(value or "none") if name == "forwarded_allow_ips" else str(value)
        for name, value in options(Workers(1, 1), Path("x.duckdb")).items()
    }
    shown = {name: value.strip("`") for name, value in _ROW.findall(DOCUMENT.read_text(encoding="utf-8"))}

    assert shown == {name: value for name, value in told.items() if name not in _SAID_ELSEWHERE}


@pytest.mark.slow
def test_the_command_serves(tmp_path: Path) -> None:
    """Plain gunicorn with the settings of the page answers a call."""
    [block] = run_by("tests/docs/test_workers.py", DOCUMENT)
    site = Site(tmp_path / "site", {"provider": "none"})
    with closing(Database(site.settings().duckdb)) as database:
        database.check()
    port = servers.free_port()
    environ = {**site.environ, "MXCP_PROJECT": str(site.project), "PATH": f"{live.BIN}:/usr/bin:/bin"}
    command = ["/bin/bash", "-c", f"exec {block.text.strip().replace('8000', str(port))}"]
    base = f"http://{servers.HOST}:{port}"
    with live.running(command, environ, base, tmp_path / "log") as server:
        assert DemoClient(f"{base}/mcp").send("tools/call", "whoami").status_code == 200
        assert server.stop() == 0
