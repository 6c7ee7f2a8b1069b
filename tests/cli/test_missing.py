"""What a server says at its start of tables that are not there."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.app import read_catalogue
from mxcp_flask.cli.missing import A_FEW, log_missing
from mxcp_flask.demo import servers
from mxcp_flask.engine import Database
from tests.support import live
from tests.support.site import Site

READS = "mxcp: 1\ntool: {{name: {name}, source: {{code: SELECT * FROM {name}}}}}\n"


def logged(site: Site, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what is logged at the start of the project's server."""
    caplog.clear()
    with caplog.at_level(logging.WARNING, "mxcp.serve"):
        log_missing(site.settings(), read_catalogue(site.settings()))
    return caplog.messages


def test_a_server_tells_at_its_start(site: Site, tmp_path: Path) -> None:
    """The log of mxcp serve must name the file, the table, and how to make it."""
    site.write("tools/notes.yml", READS.format(name="notes"))
    port = servers.free_port()
    environ = {**site.environ, "MXCP_PROJECT": str(site.project)}
    command = live.command("mxcp serve", port)
    with live.running(command, environ, f"http://{servers.HOST}:{port}", tmp_path / "log") as server:
        text = server.log.read_text()

    assert f"{site.project / 'tools/notes.yml'}: tool.source: there is no table notes in the database. Make it" in text


def test_a_few_are_enough(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Of many warnings the first must be logged, and none when all is there."""
    assert logged(site, caplog) == []
    for number in range(A_FEW + 2):
        site.write(f"tools/{number}.yml", READS.format(name=f"t{number}"))
    assert [f"no table t{number} " in line for number, line in enumerate(logged(site, caplog))] == [True] * A_FEW


def test_a_database_that_cannot_be_opened(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What another one tells is not told twice."""
    site.write("tools/notes.yml", READS.format(name="notes"))
    with closing(Database(site.settings().duckdb)) as database:
        database.check()
        assert logged(site, caplog) == []
