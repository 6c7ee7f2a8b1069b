"""A server whose OAuth state is in PostgreSQL: what people and operators see of it, also when it fails."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.demo import servers
from tests.support import live
from tests.support.clock import Clock
from tests.support.postgres import PASSWORD, Postgres, persistence, running_postgres
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor, query

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def fragile() -> Iterator[Postgres]:
    """Give a server that these tests may stop, but must leave running."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def site(fragile: Postgres, tmp_path: Path) -> Site:
    """Return a project with state in PostgreSQL, its URL in the environment."""
    site = Site(tmp_path / "site", github_auth(persistence=persistence("${DATABASE_URL}")))
    site.environ |= {"DATABASE_URL": fragile.new_database(), "MXCP_PROJECT": str(site.project)}
    return site


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the server: the commands have the real time."""
    return Clock(time.time())


def auth(site: Site, *arguments: str) -> Any:
    """Return the result of ``mxcp auth``, in a process of its own."""
    ran = live.run([*live.MXCP, "auth", *arguments, "--json-output"], site.environ)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return json.loads(ran.stdout)["result"]


def test_outage(fragile: Postgres, visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """While PostgreSQL is away every route answers 503 in its own form; when it is back, all go on as before."""
    caplog.set_level(logging.DEBUG)
    client_id, tokens = visitor.get_tokens()
    request = visitor.authorization_request(client_id)
    consent = visitor.ask(request)
    fragile.stop()
    try:
        answers = [
            visitor.call(tokens["access_token"], "ping"),
            visitor.client.post("/register", json={"redirect_uris": ["http://127.0.0.1/cb"]}, base_url=visitor.base),
            visitor.client.get("/ready"),
        ]
        page = visitor.ask(request)
        health = visitor.client.get("/health")
    finally:
        fragile.start()

    assert [(answer.status_code, answer.mimetype) for answer in answers] == [(503, "application/json")] * 3
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert health.status_code == 200
    assert "Start the server, or correct host and port in persistence.url" in caplog.text
    assert PASSWORD not in caplog.text
    assert visitor.client.get("/ready").status_code == 200
    assert visitor.whoami(tokens["access_token"]) == "ada-fixture"
    back = visitor.come_back(visitor.meet_provider(visitor.answer(consent)))
    assert visitor.exchange(client_id, query(back.location)["code"]).status_code == 200
    assert "Traceback" not in caplog.text


def test_commands(site: Site, visitor: Visitor) -> None:
    """``mxcp auth`` lists and ends what a running server gave, sweeps, and seals anew with a new first key."""
    client_id, tokens = visitor.get_tokens()
    [client], [grant] = auth(site, "clients"), auth(site, "grants")
    first = persistence("")["encryption_keys"]
    second = first.replace("key1", "key2").replace("AAAAA", "AAAAB", 1)
    site.configure(github_auth(persistence=persistence("${DATABASE_URL}") | {"encryption_keys": f"{second},{first}"}))

    assert (client["client_id"], grant["client_id"], grant["person"]) == (client_id, client_id, "github:4711")
    assert auth(site, "sweep") == {"deleted": 0}
    assert auth(site, "rotate-keys")["resealed"] >= 1
    assert auth(site, "revoke", "--client", client_id) == {"revoked": 1, "client_removed": True}
    assert visitor.call(tokens["access_token"], "ping").status_code == 401
    assert auth(site, "clients") == auth(site, "grants") == []


def test_serve_says_where_the_state_is(fragile: Postgres, site: Site, tmp_path: Path) -> None:
    """``mxcp serve`` names host and database, and neither user nor password; several workers may share it."""
    port, log = servers.free_port(), tmp_path / "log"
    flags = ("--host", servers.HOST, "--port", str(port), "--debug")
    with live.running([*live.MXCP, "serve", *flags], site.environ, f"http://{servers.HOST}:{port}", log):
        pass
    name = site.environ["DATABASE_URL"].rpartition("/")[2]

    assert f"State:    postgresql://{servers.HOST}:{fragile.port}/{name}\n" in log.read_text()
    assert PASSWORD not in log.read_text()


def test_serve_without_the_server(site: Site) -> None:
    """``mxcp serve`` ends with one line when the database cannot be reached, before it starts any worker."""
    site.environ["DATABASE_URL"] = f"postgresql://mxcp:{PASSWORD}@{servers.HOST}:{servers.free_port()}/mxcp"
    ran = live.run([*live.MXCP, "serve", "--port", str(servers.free_port())], site.environ)

    assert ran.returncode == 1
    assert "Start the server, or correct host and port in persistence.url" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert PASSWORD not in ran.stderr + ran.stdout
