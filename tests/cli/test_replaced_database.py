"""A new DuckDB file is published to a running server: put in the place of the one before, then SIGHUP."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from mxcp_flask.app import renew_app
from mxcp_flask.demo import servers
from tests.engine.test_replacing import create, rename
from tests.support import live
from tests.support.site import Site

NUMBER = """\
mxcp: 1
tool:
  name: number
  description: The number in the database
  return: {type: integer}
  source: {code: SELECT a FROM t}
"""
READONLY = "mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {dev: {duckdb: {path: data/shop.duckdb, readonly: true}}}\n"
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "number", "arguments": {}}}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a project without sign-in whose database has the number 1."""
    site = Site(tmp_path / "site", {"provider": "none"})
    site.environ["MXCP_PROJECT"] = str(site.project)
    site.write("mxcp-site.yml", READONLY)
    site.write("tools/number.yml", NUMBER)
    create(database_of(site), 1)
    return site


def database_of(site: Site) -> Path:
    """Return where the database is."""
    return site.project / "data" / "shop.duckdb"


def test_a_renewed_application_has_the_new_file(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A renewal goes on with the file that lies there now, and says so; without another file it says nothing."""

    def number(app: object) -> str:
        text: str = app.test_client().post("/mcp", json=CALL).get_json()["result"]["content"][0]["text"]  # type: ignore[attr-defined]
        return text

    app = site.app()
    assert number(app) == "1"
    again = renew_app(app, site.settings())
    assert "was replaced" not in caplog.text
    rename(database_of(site), 2)

    assert number(again) == "1"
    assert number(renew_app(again, site.settings())) == "2"
    assert "shop.duckdb was replaced; calls go on with the new file" in caplog.text


@contextmanager
def calling(base: str) -> Iterator[list[str]]:
    """Call the tool in four threads while the block lasts; collect what is answered, errors too."""
    answers, stop = list[str](), threading.Event()

    def call() -> None:
        while not stop.is_set():
            answers.append(number_at(base))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def number_at(base: str) -> str:
    """Return the number that the server answers with, or what else it says, over a connection to any of its workers."""
    try:
        answer = requests.post(f"{base}/mcp", json=CALL, timeout=30)
        return str(answer.json()["result"]["content"][0]["text"])
    except (requests.RequestException, KeyError, ValueError) as error:
        return repr(error)


@pytest.mark.slow
def test_workers_change_over_under_calls(site: Site, tmp_path: Path) -> None:
    """Two workers that are called all the time go over to the new file, and every call is answered from one of both."""
    port = servers.free_port()
    base = f"http://{servers.HOST}:{port}"
    command = (*live.MXCP, "serve", "--host", servers.HOST, "--port", str(port), "--workers", "2")

    with live.running(command, site.environ, base, tmp_path / "log") as server, calling(base) as answers:
        assert live.becomes(lambda: len(answers) > 20)
        rename(database_of(site), 2)
        os.kill(server.process.pid, signal.SIGHUP)
        assert live.becomes(lambda: (tmp_path / "log").read_text().count("calls go on with the new file") == 2)
        changed = len(answers)
        assert live.becomes(lambda: len(answers) > changed + 50)

    assert set(answers) == {"1", "2"}
    assert set(answers[changed + 8 :]) == {"2"}
