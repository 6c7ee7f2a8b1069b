"""The commands while ``mxcp serve`` has the database."""

from __future__ import annotations

from contextlib import closing

import pytest

from mxcp_flask.engine import Database
from tests.cli.conftest import Mxcp
from tests.cli.test_serving import Serving
from tests.cli.test_test import PROMPT
from tests.support.site import WHOAMI, Site

pytestmark = pytest.mark.slow

TESTED = WHOAMI + "  tests: [{name: nobody, arguments: [], result: ''}]\n"
OPENING = [["run", "tool", "whoami"], ["query", "SELECT 1"], ["test"]]
READING = [["list"], ["validate"], ["lint"], ["run", "prompt", "letter", "-p", "who=Ada"]]


@pytest.fixture
def serving(site: Site) -> Serving:
    """Return what serves a project that has a test, and a database that exists."""
    site.write("tools/whoami.yml", TESTED)
    site.write("prompts/letter.yml", PROMPT.partition("  tests:")[0])
    with closing(Database(site.settings().duckdb)) as created:
        created.check()
    return Serving(site)


def test_a_server_that_writes_keeps_the_others_out(mxcp: Mxcp, serving: Serving) -> None:
    """What needs the database must end with 1 and say what to do, read-only or not; what needs none must work."""
    with serving.run():
        for arguments in OPENING:
            for flags in ([], ["--readonly"]):
                result = mxcp(*arguments, *flags)
                assert result.exit_code == 1, result.output
                assert "or mxcp demo, holds it. Stop that one, or open it read-only everywhere" in result.output
        assert [mxcp(*arguments).exit_code for arguments in READING] == [0] * 4


def test_readers_work_side_by_side(mxcp: Mxcp, serving: Serving) -> None:
    """With a server that only reads, what only reads must work."""
    with serving.run("--readonly"):
        for arguments in OPENING:
            result = mxcp(*arguments, "--readonly")
            assert result.exit_code == 0, result.output


def test_a_writer_is_kept_out_by_readers(mxcp: Mxcp, serving: Serving) -> None:
    """Beside a server that only reads, a command that would write must say what to do."""
    with serving.run("--readonly"):
        result = mxcp("query", "CREATE TABLE made AS SELECT 1")

        assert result.exit_code == 1
        assert "--readonly" in result.stderr
