"""Who holds the database file: a server of ours, wherever it listens, or somebody else. Processes are real."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.cli.doctor import holders, program, sockets
from mxcp_flask.demo import servers
from tests.cli.doctor.conftest import Surgery
from tests.support import live
from tests.support.holding import stranger


def database_line(output: str) -> str:
    """Return the line about the database."""
    (line,) = (line for line in output.splitlines() if line.split()[1] == "database")
    return line


@pytest.fixture(params=live.HOSTS)
def elsewhere(surgery: Surgery, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """Run the project's server at another port than the configuration's, and give that port."""
    port = servers.free_port()
    command = live.command(request.param, port)
    with live.running(command, surgery.site.environ, f"http://{servers.HOST}:{port}", tmp_path / "log"):
        yield port


def test_our_server_elsewhere(surgery: Surgery, elsewhere: int) -> None:
    """Our own server must be known by the process and its port, and no fault be found; --port must look at it."""
    found = surgery.examine()
    there = surgery.examine("--port", str(elsewhere))

    assert (found.exit_code, there.exit_code) == (0, 0), found.output + there.output
    line = database_line(found.output)
    assert "is open in the running server, process " in line
    assert f", at {servers.HOST}:{elsewhere}; mxcp doctor --port {elsewhere} looks at that one" in line
    assert f"the server is running at {servers.HOST}:{elsewhere}" in there.output
    assert "looks at that one" not in there.output


def test_a_stranger(surgery: Surgery) -> None:
    """A program that is no server of ours must be named by its process, and not by its arguments."""
    path = surgery.site.settings().duckdb.path
    with stranger(path) as pid:
        line = surgery.complaint()

    assert f"process {pid} ({Path(sys.executable).name}) holds {path}, and is no server of ours. End that" in line
    assert "duckdb.connect" not in line


def test_a_command_of_ours(surgery: Surgery, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ends by itself must be waited for, and is no fault."""
    path = surgery.site.settings().duckdb.path
    with stranger(path) as pid:
        monkeypatch.setattr(holders, "program_of", lambda _: "mxcp query")
        line = surgery.complaint("warning")

    assert line.endswith(f"process {pid} (mxcp query) holds {path}. Wait until it has ended")


def test_what_this_user_cannot_see(surgery: Surgery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of another user's process it must be told so, unless the project's server answers where it should."""

    def refuse(pid: int) -> list[str]:
        raise PermissionError(pid)

    monkeypatch.setattr(sockets, "addresses_of", refuse)
    path = surgery.site.settings().duckdb.path
    with stranger(path):
        assert "this user cannot see whether it is a server of ours" in surgery.complaint()
    command = live.command("gunicorn", surgery.port)
    with live.running(command, surgery.site.environ, f"http://{servers.HOST}:{surgery.port}", tmp_path / "log"):
        assert database_line(surgery.examine().output).endswith(f"{path} is open in the running server")


def test_a_stranger_beside_our_server(surgery: Surgery, tmp_path: Path) -> None:
    """That a server of ours answers at the port must not make the holder one: this server has another database."""
    environ = {**surgery.site.environ, "MXCP_DUCKDB_PATH": str(tmp_path / "other.duckdb")}
    command = live.command("mxcp serve", surgery.port)
    base = f"http://{servers.HOST}:{surgery.port}"
    with live.running(command, environ, base, tmp_path / "log"), stranger(surgery.site.settings().duckdb.path):
        assert "and is no server of ours" in surgery.complaint()


def test_readonly_as_serve_has_it(surgery: Surgery) -> None:
    """--readonly must look at the project as mxcp serve --readonly would serve it: there is no file to read yet."""
    result = surgery.examine("--offline", "--readonly")

    assert result.exit_code == 1
    assert "read-only does not create it" in database_line(result.output)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["/usr/bin/python3.11", "/opt/venv/bin/mxcp", "serve", "--port", "1"], "mxcp serve"),
        (["python", "-m", "mxcp_flask.cli", "query", "SELECT 1"], "mxcp query"),
        (["/usr/bin/python3", "/usr/bin/gunicorn", "wsgi:app"], "gunicorn"),
        (["python3", "-c", "secret"], "python3"),
        (["python3", "report.py", "--password", "secret"], "report.py"),
        (["/usr/bin/duckdb", "db.duckdb"], "duckdb"),
        (["mxcp"], "mxcp"),
        ([], ""),
    ],
)
def test_the_name_of_a_program(words: Sequence[str], name: str) -> None:
    """A command line must be told by its program alone, and of ours by the command."""
    assert program.name_of(list(words)) == name


def test_a_process_that_has_ended() -> None:
    """What is not there any more must have neither name nor addresses, rather than fail."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()

    assert holders.look_at(ended.pid) == holders.Holder(ended.pid)


@pytest.mark.parametrize(
    ("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("", "127.0.0.1"), ("::1", "[::1]"), ("::", "[::1]")]
)
def test_where_a_process_listens(host: str, shown: str) -> None:
    """Each address at which a process takes connections must be found, as this machine reaches it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.create_server((host, 0), family=family)) as listening:
        port = listening.getsockname()[1]
        assert f"{shown}:{port}" in sockets.addresses_of(os.getpid())
    assert f"{shown}:{port}" not in sockets.addresses_of(os.getpid())
