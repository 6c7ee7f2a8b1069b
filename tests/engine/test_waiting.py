"""A database file that another process has open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import DatabaseHeld
from mxcp_flask.host import Host
from mxcp_flask.records import ANONYMOUS
from tests.engine.test_database import HOLD


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process that has the file open until its input ends."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def answers(database: Database) -> list[tuple[object, ...]]:
    """Run a statement."""
    with database.session(ANONYMOUS) as session:
        return session.run("SELECT 1", {}).rows


def test_without_patience_it_is_told_at_once(holder: subprocess.Popen[bytes], path: Path) -> None:
    """The message has the ways out, and the error when to try again."""
    assert holder.poll() is None
    with (
        closing(Database(DatabaseSettings(path))) as database,
        pytest.raises(DatabaseHeld, match="readonly: true") as caught,
    ):
        database.check()

    assert caught.value.facts["retry_after"] == 5


def test_with_patience_the_file_is_waited_for(holder: subprocess.Popen[bytes], path: Path) -> None:
    """All that come while another process holds the file are served as soon as it lets go."""
    database = Database(DatabaseSettings(path), host=Host(patience=60))
    with closing(database), ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(answers, database) for _ in range(4)]
        holder.kill()

        assert [each.result(60) for each in waiting] == [[(1,)]] * 4


def test_patience_ends_with_the_server(holder: subprocess.Popen[bytes], path: Path) -> None:
    """A server that must end does not wait for a file."""
    assert holder.poll() is None
    database = Database(DatabaseSettings(path), host=Host(must_stop=lambda: True, patience=60))
    with closing(database), pytest.raises(DatabaseHeld):
        answers(database)
