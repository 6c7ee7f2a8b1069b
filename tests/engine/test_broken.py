"""A DuckDB database whose files cannot grow any more: the error is told, and the process goes on with it afterwards."""

from __future__ import annotations

import logging
import resource
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import DatabaseNotUsable, EngineError
from mxcp_flask.records import ANONYMOUS
from tests.store.processes import run_at_once
from tests.support.leaks import Lines

pytestmark = pytest.mark.slow
_FILL = "INSERT INTO t SELECT repeat('x', 1000) FROM range(100)"


def run(database: Database, sql: str) -> str:
    """Run ``sql`` in a session of its own, and return its value, or its error."""
    try:
        with database.session(ANONYMOUS) as session:
            return "".join(str(row[0]) for row in session.run(sql, {}).rows)
    except EngineError as error:
        return str(error)


def _break(path: Path, number: int) -> dict[str, object]:  # noqa: ARG001 (of processes, there is one)
    """Break a database with a checkpoint that has no room, and use it on; return what each step gave."""
    lines = Lines()
    logging.getLogger("mxcp.engine").addHandler(lines)
    with closing(Database(DatabaseSettings(path=path))) as database:
        run(database, "CREATE TABLE t (a VARCHAR)")
        run(database, _FILL)
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
        found: dict[str, object] = {"broke": run(database, "CHECKPOINT")}
        with database.session(ANONYMOUS) as other:
            found["one at work"] = str(other.run("SELECT count(*) FROM t", {}).rows)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        found["after"] = (run(database, _FILL), run(database, "CHECKPOINT"), run(database, "SELECT count(*) FROM t"))
    return {**found, "lines": lines.lines}


def test_checkpoint_without_room(tmp_path: Path) -> None:
    """After a checkpoint that failed, what was committed is read again, and written on, without a new process."""
    [found] = run_at_once(_break, tmp_path / "data.duckdb", 1)

    assert isinstance(found, dict), found
    assert "checkpoint" in found["broke"]
    assert found["one at work"] == "[(100,)]"
    assert found["after"][2] == "200"
    assert any("broke and will be opened anew" in line for line in found["lines"])


def _break_beside_another(path: Path, number: int) -> list[str]:  # noqa: ARG001 (of processes, there is one)
    """Break a database while another session is open; return what the next ones got, before and after its end."""
    with closing(Database(DatabaseSettings(path=path))) as database:
        run(database, "CREATE TABLE t (a VARCHAR)")
        run(database, _FILL)
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        with database.session(ANONYMOUS):
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
            run(database, "CHECKPOINT")
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
            try:
                database.check()
            except DatabaseNotUsable as error:
                during = str(error)
        return [during, run(database, "SELECT count(*) FROM t")]


def test_sessions_that_are_open_end_first(tmp_path: Path) -> None:
    """While another session is on the broken database new ones are refused; it is opened anew when that has ended."""
    [found] = run_at_once(_break_beside_another, tmp_path / "data.duckdb", 1)

    assert isinstance(found, list), found
    during, after = found
    assert "it broke, and is opened anew in a moment" in during
    assert after == "100"
