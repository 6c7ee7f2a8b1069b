"""``mxcp demo FOLDER``: a project of one's own, and invented people who sign in to it from a terminal."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.cli.conftest import Mxcp
from tests.support import live, terminal
from tests.support.site import WHOAMI
from tests.support.terminal import Person

pytestmark = pytest.mark.slow
HELLO = WHOAMI.replace("name: whoami", "name: hello").replace("SELECT", "SELECT 'hello ' ||")


@pytest.fixture
def ada(tmp_path: Path) -> Person:
    """Return somebody with a project in a folder of her home."""
    someone = terminal.person(tmp_path / "ada", tmp_path / "ada/shop", TMPDIR=str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    assert someone.mxcp("init", str(someone.home / "shop"), MXCP_PROJECT=None).exit_code == 0
    (someone.home / "shop/whoami.yml").write_text(WHOAMI)
    return someone


def configured(ada: Person, port: int) -> None:
    """Give her a user file for another place, whose variables she does not have."""
    github = {"client_id": "${GITHUB_CLIENT_ID}", "client_secret": "${GITHUB_CLIENT_SECRET}"}
    auth = {"provider": "github", "github": github, "persistence": {"type": "sqlite"}}
    transport = {"http": {"host": "0.0.0.0", "port": port}}
    (ada.home / ".mxcp").mkdir()
    (ada.home / ".mxcp/config.yml").write_text(
        json.dumps({"projects": {"shop": {"profiles": {"default": {"auth": auth}}}}, "transport": transport})
    )


@contextmanager
def demo(ada: Person, port: int, *flags: str) -> Iterator[live.Server]:
    """Run the demo of her project, which is ready at ``port``."""
    command = [*live.MXCP, "demo", "shop", *flags]
    with live.running(command, ada.environ, f"http://localhost:{port}", ada.home / "log", ada.home) as server:
        yield server


def test_people_of_the_stand_in_call_ones_own_tools(ada: Person) -> None:
    """The project's port must be used, its own sign-in not, and each command work with no more words."""
    port = servers.free_port()
    configured(ada, port)

    with demo(ada, port):
        assert ada.mxcp("auth", "login").exit_code == 0
        assert ada.mxcp("call", "whoami").stdout == "ada-fixture\n"
        signed_in = ada.mxcp("auth", "login", "--as", "bo-fixture")
        assert signed_in.exit_code == 0, signed_in.stderr
        assert ada.mxcp("call", "whoami").stdout == "bo-fixture\n"
        (ada.home / "shop/hello.yml").write_text(HELLO)
        assert live.becomes(lambda: ada.mxcp("call", "hello").stdout == "hello bo-fixture\n")
        said = (ada.home / "log").read_text()

    assert "People:   ada-fixture, bo-fixture, cy-fixture\n" in said
    assert "in this project:\n  mxcp auth login    signs you in" in said
    assert not (ada.home / ".mxcp/oauth.db").exists()


def test_others_know_it(ada: Person) -> None:
    """Beside a demo, its address, its ports and its people must be told, and a restart leads back to a sign-in."""
    port = servers.free_port()
    with demo(ada, port, "--port", str(port)) as running:
        log = ada.home / "log"
        assert live.becomes(lambda: "Ctrl-C" in log.read_text())
        stand_in = re.search(r"stand-in for GitHub at http://127.0.0.1:(\d+);", log.read_text())
        assert stand_in
        seen = ada.mxcp("doctor", "--host", "localhost", "--port", str(port)).stdout
        assert f"invented people sign in at its stand-in for GitHub, 127.0.0.1:{stand_in[1]}." in seen
        assert f"mxcp demo (process {running.process.pid}) is running at localhost:{port}" in seen
        assert "(mxcp demo)" in seen
        url = f"http://localhost:{port}/mcp"
        waited = ada.mxcp("auth", "login", url, "--no-browser", "--timeout", "1").stderr
        assert f"-L {port}:localhost:{port} -L {stand_in[1]}:127.0.0.1:{stand_in[1]} to" in waited
        assert "--as NAME" in waited
        assert ada.mxcp("auth", "login", url, "--as", "bo-fixture").exit_code == 0
        assert f"{url}  as bo-fixture  scopes:" in ada.mxcp("auth", "status").stdout

    with demo(ada, port, "--port", str(port)):
        gone = ada.mxcp("call", "--url", url, "whoami").stderr
    assert f"the server was restarted, or has forgotten this client. Run: mxcp auth login {url} --as bo-fixture" in gone


def test_faults_are_served_around(ada: Person) -> None:
    """With --ignore-errors the files without a fault must be served; it is for a project."""
    port = servers.free_port()
    (ada.home / "shop/broken.yml").write_text("mxcp: 1\ntool: {name: 1}\n")
    with demo(ada, port, "--port", str(port), "--ignore-errors"):
        url = f"http://localhost:{port}/mcp"
        assert ada.mxcp("auth", "login", url, "--as", "bo-fixture").exit_code == 0
        assert ada.mxcp("call", "--url", url, "whoami").stdout == "bo-fixture\n"
    assert ada.mxcp("demo", "--ignore-errors").exit_code == 2


def test_only_this_machine_reaches_it(ada: Person) -> None:
    """Whatever address the project's own server has, nobody from outside may sign in without a password."""
    port = servers.free_port()
    configured(ada, port)

    with demo(ada, port):
        assert listening_at(port) == {"0100007F"}


def listening_at(port: int) -> set[str]:
    """Return the addresses at which somebody listens, as the kernel writes them."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()[1:]]
    here = [words[1].split(":")[0] for words in lines if words[3] == "0A" and words[1].endswith(f":{port:04X}")]
    return set(here)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_whole(ada: Person, number: signal.Signals) -> None:
    """Whatever ends it, no process and no file may be left."""
    port = servers.free_port()

    with demo(ada, port, "--port", str(port)) as server:
        assert live.becomes(lambda: "Press Ctrl-C" in server.log.read_text())
        assert server.stop(number) == 0
        assert not server.has_processes()
        said = server.log.read_text()

    assert said.endswith("Stopped.\n")
    assert f"  export MXCP_URL=http://localhost:{port}/mcp\n  mxcp auth login " in said
    assert list((ada.home.parent / "tmp").iterdir()) == []


def test_it_ends_while_it_starts(ada: Person) -> None:
    """Ctrl-C before the server is ready must leave nothing either."""
    command = [*live.MXCP, "demo", "shop", "--port", str(servers.free_port())]
    server = live.Server(command, ada.environ, ada.home / "log", ada.home)
    assert live.becomes(lambda: any((ada.home.parent / "tmp").iterdir()))

    assert server.stop(signal.SIGINT) == 0
    assert not server.has_processes()


def test_it_ends_with_its_server(ada: Person) -> None:
    """When the server is told to end, by whomever, the demo must end too."""
    port = servers.free_port()

    with demo(ada, port, "--port", str(port)) as server:
        pid = server.process.pid
        (child, *_) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(child), signal.SIGTERM)
        assert server.process.wait(live.SECONDS) == 0


def test_it_says_that_its_server_ended(ada: Person) -> None:
    """When the server ends by itself, the demo must end too, as a failure."""
    (ada.home / "shop/whoami.yml").write_text("mxcp: 1\ntool: {name: whoami}\n")
    ended = ada.process("demo", "shop", "--port", str(servers.free_port()))

    assert ended.returncode == 1
    assert "whoami.yml:2: tool.source: " in ended.stderr
    assert ended.stderr.endswith("it ended with exit code 1; what it said is above.\n")


def test_a_port_in_use_is_told(ada: Person) -> None:
    """Another server at the port must be one line that says what to do, before anything is started."""
    with closing(socket.create_server((servers.HOST, 0))) as other:
        port = str(other.getsockname()[1])
        refused = ada.process("demo", "shop", "--port", port)

    assert refused.returncode == 1
    assert refused.stderr == (
        f"Error: Cannot listen on localhost:{port}: Address already in use."
        " Stop what listens there, or choose another port with --port.\n"
    )


def test_secrets_are_not_for_everybody(ada: Person) -> None:
    """A project that uses secrets must be refused."""
    with (ada.home / "shop/mxcp-site.yml").open("a") as site:
        site.write("secrets: [warehouse]\n")

    assert "mxcp-site.yml lists secrets" in ada.mxcp("demo", str(ada.home / "shop")).stderr


@pytest.mark.parametrize("state", ["~/shop/state/oauth.db", "~/shop/audit/oauth.db"])
def test_files_that_only_the_configuration_protects(ada: Person, state: str) -> None:
    """OAuth state in the project, which SQL could read without the configuration that names it, must be refused."""
    configured(ada, 8000)
    config = ada.home / ".mxcp/config.yml"
    document = json.loads(config.read_text())
    auth = document["projects"]["shop"]["profiles"]["default"]["auth"]
    auth["persistence"]["path"] = state
    config.write_text(json.dumps(document))
    known = {"GITHUB_CLIENT_ID": "x", "GITHUB_CLIENT_SECRET": "y"}

    refused = ada.mxcp("demo", str(ada.home / "shop"), **known)

    assert refused.exit_code == 1
    assert f"{ada.home}{state[1:]} is in it, where SQL could read it" in refused.stderr


def test_a_user_file_in_the_project(ada: Person) -> None:
    """So must a user file there."""
    config = ada.home / "shop/config.yml"
    config.write_text("mxcp: 1\n")

    refused = ada.mxcp("demo", str(ada.home / "shop"), MXCP_CONFIG=str(config))

    assert f"{config} is in it" in refused.stderr


def test_the_walk_is_the_samples(mxcp: Mxcp, tmp_path: Path) -> None:
    """--once with a folder is wrong usage, and a folder without a project an error."""
    assert mxcp("demo", "--once", str(tmp_path)).exit_code == 2
    assert "mxcp-site.yml" in mxcp("demo", str(tmp_path)).stderr
