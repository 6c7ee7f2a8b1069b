"""What a client is told while another process has the database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mxcp_flask.app import create_app
from mxcp_flask.host import Host
from tests.engine.test_database import HOLD
from tests.support.site import Site

CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Give a project without sign-in."""
    return Site(tmp_path / "site", {"provider": "none"})


def client_of(site: Site, host: Host | None = None) -> FlaskClient:
    """Return a client of the site's application."""
    app = create_app(site.settings(), host=host)
    app.testing = False
    return app.test_client()


def test_a_held_database_is_a_503_with_a_time(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A call and /ready are answered with 503 and Retry-After, the log says what to do, and later calls work."""
    client = client_of(site)
    command = [sys.executable, "-c", HOLD, str(site.settings().duckdb.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        refused = [client.post("/mcp", json=CALL, base_url="http://localhost:8000"), client.get("/ready")]
        holder.kill()
    answered = client.post("/mcp", json=CALL, base_url="http://localhost:8000")

    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in refused] == [(503, "5")] * 2
    assert "Try again later." in refused[0].text
    assert "another process, such as mxcp serve or mxcp demo, holds it" in caplog.text
    assert answered.status_code == 200


def test_a_server_that_is_to_end_is_not_ready(site: Site) -> None:
    """/ready says 503 while calls are answered, so that a load balancer sends nothing new."""
    client = client_of(site, Host(is_stopping=lambda: True))
    ready = client.get("/ready")

    assert (ready.status_code, ready.headers["Retry-After"]) == (503, "1")
    assert client.get("/health").status_code == 200
    assert client.post("/mcp", json=CALL, base_url="http://localhost:8000").status_code == 200
