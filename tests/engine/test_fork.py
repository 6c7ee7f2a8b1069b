"""Nothing open crosses a fork."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings

SCRIPT = """
import gc, os, sys
from pathlib import Path
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.records import Identity

def username(database, name):
    with database.session(Identity(name)) as session:
        return session.run("SELECT get_username()", {}).rows[0][0]

path, mode = Path(sys.argv[1]), sys.argv[2]
Database(DatabaseSettings(path)).check()
database = Database(DatabaseSettings(path, readonly=mode != "read-write"))
assert username(database, "parent") == "parent"
child = os.fork()
if child == 0:
    if mode == "use":
        assert username(database, "child") == "child"
    if mode == "close":
        database.close()
        assert username(database, "child") == "child"
    if mode == "collect":
        del database
        gc.collect()
    if mode == "read-write":
        assert username(database, "child") == "child"
    sys.exit(0)
assert os.waitpid(child, 0)[1] == 0
assert username(database, "parent") == "parent"
database.close()
print("fine")
"""


@pytest.mark.parametrize("mode", ["use", "close", "collect", "leave", "read-write"])
def test_fork(tmp_path: Path, mode: str) -> None:
    """The child opens, closes, drops or ignores its own database, ends in peace and leaves the parent working."""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, str(tmp_path / "shop.duckdb"), mode],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (result.returncode, result.stdout, result.stderr) == (0, "fine\n", "")


SESSION_OPEN = """
import os, sys
from pathlib import Path
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.errors import DatabaseNotUsable
from mxcp_flask.records import ANONYMOUS

database = Database(DatabaseSettings(Path(sys.argv[1])))
with database.session(ANONYMOUS) as session:
    child = os.fork()
    if child == 0:
        try:
            database.check()
        except DatabaseNotUsable as error:
            assert "when this process was forked" in str(error)
            os._exit(0)
        os._exit(3)
    assert os.waitpid(child, 0)[1] == 0
    assert session.run("SELECT 1", {}).rows == [(1,)]
database.check()
print("fine")
"""


def test_fork_inside_a_session(tmp_path: Path) -> None:
    """A fork while a session is open does not disturb that session, and the child is told why it has no database."""
    command = [sys.executable, "-W", "error", "-c", SESSION_OPEN, str(tmp_path / "shop.duckdb")]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (result.returncode, result.stdout, result.stderr) == (0, "fine\n", "")


THREADS = """
import os, sys, threading
from pathlib import Path
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.records import ANONYMOUS

database = Database(DatabaseSettings(Path(sys.argv[1]), readonly=True))
stop = threading.Event()

def work():
    while not stop.is_set():
        with database.session(ANONYMOUS) as session:
            assert session.run("SELECT 1", {}).rows == [(1,)]

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(50):
    child = os.fork()
    if child == 0:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
stop.set()
for thread in threads:
    thread.join()
print("fine")
"""


def test_fork_beside_busy_threads(tmp_path: Path) -> None:
    """Sessions of other threads go on undisturbed while the process forks."""
    Database(DatabaseSettings(tmp_path / "shop.duckdb")).check()
    command = [sys.executable, "-c", THREADS, str(tmp_path / "shop.duckdb")]  # Python 3.12 warns of any such fork
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (result.returncode, result.stdout) == (0, "fine\n")
    assert "Traceback" not in result.stderr
