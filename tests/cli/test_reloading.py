"""What a running server does when the project's files change."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from mxcp_flask.app import renew_app
from mxcp_flask.cli.reloading import Changes, ReloadingApp, Signal, fingerprint
from mxcp_flask.demo import servers
from mxcp_flask.engine import Database
from mxcp_flask.errors import EndpointFaults
from tests.support import live
from tests.support.clock import Clock
from tests.support.site import WHOAMI, Site
from tests.support.visitor import Visitor

NEW = WHOAMI.replace("whoami", "brand_new")


class Maker:
    """Makes applications that answer with their number, and fails when told to."""

    def __init__(self) -> None:
        self.made = 0
        self.fails = False

    def __call__(self, _: Flask | None = None) -> Flask:
        """Return the next application."""
        if self.fails:
            raise EndpointFaults(count=1, first="tools/broken.yml: tool: is missing")
        self.made += 1
        app = Flask(f"number{self.made}")
        app.add_url_rule("/", view_func=lambda number=self.made: str(number))
        return app


def answer_of(app: Callable[..., Iterable[bytes]]) -> str:
    """Return the text that ``app`` answers with."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }  # fmt: skip
    return b"".join(app(environ, lambda *_: None)).decode()


def test_a_signal_has_the_next_request_answered_by_a_new_application() -> None:
    """Nothing must be made anew without the signal, and once with it."""
    hang_up = Signal()
    make = Maker()
    app = ReloadingApp(make(), make, hang_up.taken)

    before = answer_of(app)
    hang_up.give()

    assert [before, answer_of(app), answer_of(app)] == ["1", "2", "2"]


def test_what_cannot_be_loaded_leaves_the_server_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    """A broken file must not take the running server down, and the log must say so."""
    hang_up, maker = Signal(), Maker()
    app = ReloadingApp(maker(), maker, hang_up.taken)
    maker.fails = True
    hang_up.give()

    assert answer_of(app) == "1"
    assert "goes on as before: 1 of the endpoint files cannot be loaded" in caplog.text


def test_changes_are_looked_for_once_a_second(tmp_path: Path, clock: Clock) -> None:
    """A file that came must be found at the next look, once, and hidden files and databases must not count."""
    changes = Changes(tmp_path, clock)
    (tmp_path / "new.yml").write_text("mxcp: 1")

    too_early = changes.found()
    clock.advance(1)
    found = changes.found()
    for name in (".hidden", "db.duckdb", "db.duckdb.wal"):
        (tmp_path / name).write_text("x")
    clock.advance(1)

    assert (too_early, found, changes.found()) == (False, True, False)


def test_a_link_to_nowhere_is_no_file(tmp_path: Path) -> None:
    """The fingerprint must not fail on what cannot be looked at."""
    (tmp_path / "link.yml").symlink_to(tmp_path / "gone.yml")

    assert fingerprint(tmp_path) == frozenset()


def test_a_renewed_application_keeps_people_signed_in(site: Site, app: Flask, visitor: Visitor) -> None:
    """A token from before must call a tool that has come since, although the state is in memory."""
    token = visitor.get_token()
    site.write("tools/brand_new.yml", NEW)

    visitor.client = renew_app(app, site.settings()).test_client(use_cookies=False)

    assert visitor.whoami(token) == "ada-fixture"
    called = visitor.call(token, "tools/call", name="brand_new", arguments={})
    assert called.json is not None
    assert called.json["result"]["content"][0]["text"] == "ada-fixture"


def tools_of(base: str) -> set[str]:
    """Return the names of the tools that are listed."""
    answer = requests.post(f"{base}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, timeout=10)
    return {tool["name"] for tool in answer.json()["result"]["tools"]}


@pytest.mark.slow
@pytest.mark.parametrize("flag", ["--readonly", "--debug", "--reload"])
def test_a_real_server_picks_up_a_new_file(tmp_path: Path, flag: str) -> None:
    """With --debug or --reload a new file must be served by itself, else after SIGHUP, by the same processes."""
    site = Site(tmp_path / "site", {"provider": "none"})
    site.environ["MXCP_PROJECT"] = str(site.project)
    database = Database(site.settings().duckdb)
    database.check()  # read-only does not create the file
    database.close()
    port = servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    command = (*live.MXCP, "serve", "--host", servers.HOST, "--port", str(port), flag)

    with live.running(command, site.environ, base, tmp_path / "log") as server:
        assert "brand_new" not in tools_of(base)
        site.write("tools/brand_new.yml", NEW)
        if flag == "--readonly":
            os.kill(server.process.pid, signal.SIGHUP)

        assert live.becomes(lambda: "brand_new" in tools_of(base))
        assert server.process.poll() is None
