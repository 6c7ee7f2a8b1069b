"""``mxcp doctor``: a healthy project, and what it says of each thing that is wrong. Files and sockets are real."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, request
from flask.typing import ResponseReturnValue

from mxcp_flask.app import create_app
from mxcp_flask.demo import servers
from tests.cli.doctor.conftest import Surgery
from tests.support import live
from tests.support.clock import Clock
from tests.support.site import CLIENT_SECRET, Site, github_auth


class Late(BaseHTTPRequestHandler):
    """A web server of the year 2030."""

    def do_GET(self) -> None:
        """Answer with nothing but headers."""
        self.send_response(204)
        self.end_headers()

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 (http.server's)
        """Say what the time is."""
        return "Tue, 01 Jan 2030 00:00:00 GMT"

    def log_message(self, *_: Any) -> None:
        """Say nothing else."""


def test_a_healthy_project(surgery: Surgery) -> None:
    """Everything must be found well, and nothing be made by looking at it."""
    before = set(surgery.site.folder.rglob("*"))

    result = surgery.examine()

    assert result.exit_code == 0, result.output
    assert result.output.endswith("0 faults, 0 warnings\n")
    assert "GitHub is there, and knows the client" in result.output
    assert set(surgery.site.folder.rglob("*")) == before


def test_for_programs(surgery: Surgery) -> None:
    """--json-output must have every finding, with what to do."""
    surgery.site.write("tools/broken.yml", "mxcp: 1\ntool: {name: broken}\n")

    result = surgery.examine("--json-output", "--offline")

    answer = json.loads(result.stdout)
    assert (answer["status"], answer["result"]["faults"], result.exit_code) == ("error", 1, 1)
    (fault,) = (each for each in answer["result"]["findings"] if each["level"] == "fault")
    assert fault["check"] == "endpoints"
    assert fault["fix"]


def test_offline(surgery: Surgery) -> None:
    """--offline must ask nobody."""
    surgery.auth["github"] |= live.urls_of("http://127.0.0.1:1")
    surgery.set()

    assert surgery.examine("--offline").exit_code == 0


def test_a_variable_that_is_not_set(surgery: Surgery) -> None:
    """The variable must be named, and where it is referred to."""
    del surgery.site.environ["GITHUB_CLIENT_SECRET"]

    line = surgery.complaint(GITHUB_CLIENT_SECRET=None)
    place = f"({surgery.site.config}:1)"
    assert f"fault configuration Environment variable GITHUB_CLIENT_SECRET is not set {place}" in line


def test_a_broken_endpoint_file(surgery: Surgery) -> None:
    """The file must be named, and what shows the rest."""
    path = surgery.site.write("tools/broken.yml", "mxcp: 1\ntool: {name: broken}\n")

    line = surgery.complaint()

    assert str(path) in line
    assert "mxcp validate" in line


def test_a_table_that_is_not_there(surgery: Surgery) -> None:
    """A tool that must fail for want of its table is a warning, with what makes it."""
    code = "SELECT * FROM notes"
    path = surgery.site.write("tools/reads.yml", f"mxcp: 1\ntool: {{name: reads, source: {{code: {code}}}}}\n")

    line = surgery.complaint("warning")

    assert f"{path}: tool.source: there is no table notes in the database. Make it" in line


@pytest.mark.parametrize(
    ("mode", "level", "readers"), [(0o644, "fault", "others on this machine"), (0o640, "warning", "its group")]
)
def test_a_secret_that_others_can_read(surgery: Surgery, mode: int, level: str, readers: str) -> None:
    """The place and both ways out must be named; that its group reads it may be meant."""
    surgery.auth["github"]["client_secret"] = CLIENT_SECRET
    surgery.set()
    surgery.site.config.chmod(mode)

    line = surgery.complaint(level)

    assert (
        f"{surgery.site.config}:1 holds projects.demo.profiles.dev.auth.github.client_secret, and {readers} may" in line
    )
    assert f"Run chmod 600 {surgery.site.config}, or write ${{NAME}} there" in line


def test_a_reference_is_no_secret(surgery: Surgery) -> None:
    """A file that refers to the environment may be read by all, though the value stands elsewhere in it by chance."""
    surgery.site.config.chmod(0o644)

    assert "0 faults, 0 warnings" in surgery.examine("--offline", GITHUB_CLIENT_SECRET="demo").output


def test_nobody_signs_in(surgery: Surgery) -> None:
    """That everybody is nobody must be a warning, without the network too."""
    surgery.auth = {"provider": "none"}
    surgery.set()

    assert "whoever reaches the server may call everything" in surgery.complaint("warning")
    assert "0 faults, 1 warning\n" in surgery.examine("--offline").output


def test_a_project_that_anybody_can_change(surgery: Surgery) -> None:
    """The folder must be named."""
    surgery.site.project.chmod(0o777)

    assert f"Run chmod o-w {surgery.site.project}" in surgery.complaint()


def test_a_key_that_others_can_read(surgery: Surgery) -> None:
    """The key file must be named, and the command that mends it."""
    surgery.mxcp("auth", "grants")
    key = surgery.state.with_name("oauth.db.key")
    key.chmod(0o644)

    assert f"chmod 600 {key}" in surgery.complaint()


def test_a_state_that_cannot_be(surgery: Surgery) -> None:
    """A path through a file must be named."""
    surgery.set(auth={"persistence": {"type": "sqlite", "path": str(surgery.site.config / "oauth.db")}})

    assert f"cannot be made: {surgery.site.config} is no folder" in surgery.complaint()


def test_a_state_in_memory(surgery: Surgery) -> None:
    """That sign-ins end with the server must be a warning."""
    del surgery.auth["persistence"]
    surgery.set()

    assert "Write 'persistence: {type: sqlite}'" in surgery.complaint("warning")


def test_an_audit_file_that_cannot_be(surgery: Surgery) -> None:
    """A folder in the place of the file must be named."""
    surgery.set(auth={"audit": {"path": str(surgery.site.project)}})

    assert f"the audit file {surgery.site.project} is a folder" in surgery.complaint()


def test_a_provider_that_is_not_there(surgery: Surgery) -> None:
    """Who cannot be reached must be named."""
    nobody = f"http://127.0.0.1:{servers.free_port()}"
    surgery.auth["github"] |= live.urls_of(nobody)
    surgery.set()

    line = surgery.complaint()

    assert "GitHub cannot be reached" in line
    assert "connection refused" in line


def test_a_wrong_client_secret(surgery: Surgery) -> None:
    """That the provider does not know us must be told before anybody tries to sign in."""
    assert "GitHub does not know this client (incorrect_client_credentials" in surgery.complaint(
        GITHUB_CLIENT_SECRET="another"
    )


def test_a_clock_that_is_wrong(surgery: Surgery) -> None:
    """How far the clock is off must be told."""
    with ThreadingHTTPServer((servers.HOST, 0), Late) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        surgery.auth["github"]["auth_url"] = f"http://{servers.HOST}:{server.server_port}/login"
        surgery.set()
        line = surgery.complaint()
        server.shutdown()
        thread.join()

    assert "clock" in line
    assert "NTP" in line


def test_a_port_that_another_program_has(surgery: Surgery) -> None:
    """The address must be named, whatever the other one speaks."""
    with closing(socket.create_server((servers.HOST, surgery.port))) as other, servers.serve_app(Flask("other")) as url:
        other.listen()
        surgery.set(port=int(url.rpartition(":")[2]))
        assert f"another program listens at {servers.HOST}:" in surgery.complaint()


def test_a_file_that_is_no_database(surgery: Surgery) -> None:
    """The file must be named."""
    path = surgery.site.settings().duckdb.path
    path.write_text("not a database")

    assert f"The DuckDB database {path} cannot be opened: it is not a DuckDB database" in surgery.complaint()


def test_an_extension_that_is_not_there(surgery: Surgery) -> None:
    """The extension must be named."""
    surgery.site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nextensions: [no_such_extension]\n")

    line = surgery.complaint()

    assert "extension no_such_extension of mxcp-site.yml cannot be loaded" in line
    assert "Install it" in line


def test_too_many_workers(surgery: Surgery) -> None:
    """Workers that cannot share the database must be refused with both ways out."""
    line = surgery.complaint(WEB_CONCURRENCY="3")

    assert "WEB_CONCURRENCY is 3" in line
    assert "open the database read-only" in line


def test_a_postgresql_that_is_not_there(surgery: Surgery) -> None:
    """The server must be named, without its password."""
    port = servers.free_port()
    url = f"postgresql://mxcp:secret-word@127.0.0.1:{port}/mxcp"
    keys = "k1:" + "A" * 43 + "="
    surgery.set(auth={"persistence": {"type": "postgresql", "url": url, "encryption_keys": keys}})

    line = surgery.complaint()

    assert f"127.0.0.1:{port}" in line
    assert "secret-word" not in line


def test_a_callback_below_the_prefix_twice(surgery: Surgery) -> None:
    """The key that repeats the base URL's path must be named."""
    surgery.auth["github"]["callback_path"] = "/team/github/callback"
    surgery.set(base_url="https://mcp.example.com/team")

    result = surgery.examine("--offline")

    assert "auth.github.callback_path" in result.output
    assert "Leave /team out" in result.output


@contextmanager
def serving(surgery: Surgery, app: Flask, **transport: Any) -> Iterator[str]:
    """Serve ``app`` as the project's server while the block lasts, and give its own address."""
    with servers.serve_app(app) as url:
        surgery.set(port=int(url.rpartition(":")[2]), **transport)
        yield url


def make_server(surgery: Surgery, base_url: str) -> Flask:
    """Return the project's application for ``base_url``."""
    surgery.set(base_url=base_url)
    return create_app(surgery.site.settings(), clock=Clock())


def proxy(target: dict[str, str], host: str | None) -> Flask:
    """Return a proxy to ``target["url"]`` that sends ``host``, or the client's own."""
    app = Flask("proxy", static_folder=None)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def forward(path: str) -> ResponseReturnValue:
        headers = {**request.headers, "Host": host or request.host}
        answer = requests.request(
            request.method, f"{target['url']}/{path}", headers=headers, data=request.get_data(), timeout=20
        )
        return answer.content, answer.status_code, {"Content-Type": "application/json"}

    return app


@pytest.mark.parametrize("auth", [{}, {"provider": "none"}], ids=["github", "none"])
@pytest.mark.parametrize(
    ("host", "said"),
    [
        (None, ""),
        ("inside.example", "arrive at the server with another Host"),
    ],
)
def test_a_proxy(surgery: Surgery, host: str | None, said: str, auth: dict[str, str]) -> None:
    """A proxy that hides the Host must be told how to send it; one that sends it is well."""
    target: dict[str, str] = {}
    surgery.auth |= auth
    with servers.serve_app(proxy(target, host)) as public:
        app = make_server(surgery, public.replace("127.0.0.1", "localhost"))
        with serving(surgery, app, base_url=public.replace("127.0.0.1", "localhost")) as url:
            target["url"] = url
            if said:
                assert said in surgery.complaint()
            else:
                assert "server\n" in surgery.examine().output.partition("public URL")[2]


def test_a_public_url_of_another_server(surgery: Surgery, tmp_path: Path) -> None:
    """What is found at the public URL must be named."""
    elsewhere = Site(tmp_path / "elsewhere", github_auth(), base_url="https://elsewhere.example.com")
    with servers.serve_app(elsewhere.app()) as public, serving(surgery, make_server(surgery, public), base_url=public):
        line = surgery.complaint()

    assert "there is a server that calls itself https://elsewhere.example.com" in line


def test_a_public_url_that_is_down(surgery: Surgery) -> None:
    """A proxy that does not answer must be a fault while the server itself does."""
    nobody = f"http://127.0.0.1:{servers.free_port()}"
    with serving(surgery, make_server(surgery, nobody), base_url=nobody):
        assert "cannot be reached from here" in surgery.complaint()


@pytest.mark.parametrize("auth", [github_auth(), {"provider": "none"}], ids=["github", "none"])
def test_the_server_of_another_project(surgery: Surgery, tmp_path: Path, auth: dict[str, Any]) -> None:
    """The project whose server has the port must be named, whether or not people sign in there."""
    other = Site(tmp_path / "other", github_auth())
    other.write("mxcp-site.yml", "mxcp: 1\nproject: shop\nprofile: dev\n")
    other.config.write_text(
        json.dumps({"projects": {"shop": {"profiles": {"dev": {"auth": auth}}}}, "transport": {"http": {}}})
    )
    with serving(surgery, other.app()):
        assert "the server of the project shop listens" in surgery.complaint()
