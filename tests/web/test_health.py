"""Tests of liveness and readiness."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.app import create_app
from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.host import Host
from mxcp_flask.store import MemoryStore
from tests.support.meters import Recording
from tests.support.site import Site


class FailingStore(MemoryStore):
    """A store whose backend is gone."""

    def check(self) -> None:
        """Fail as a backend does."""
        raise StoreNotUsable(path="/srv/oauth.db", reason="the disk is gone")


@pytest.fixture
def failing(site: Site) -> FlaskClient:
    """Return a client of a server whose store does not answer."""
    app: Flask = create_app(site.settings(), store=FailingStore())
    app.testing = False
    return app.test_client()


@pytest.mark.parametrize(("path", "body"), [("/health", {"status": "ok"}), ("/ready", {"status": "ready"})])
@pytest.mark.parametrize("host", ["localhost", "10.0.0.7:8000", "evil.example", ""])
def test_answers_whatever_the_host(client: FlaskClient, path: str, body: dict[str, str], host: str) -> None:
    """A probe reaches a server by its address, which no configuration names."""
    answer = client.get(path, headers={"Host": host})

    assert (answer.status_code, answer.get_json()) == (200, body)


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_answers_without_provider(open_client: FlaskClient, path: str) -> None:
    """There is a database to look at with ``provider: none`` too."""
    assert open_client.get(path).status_code == 200


def test_store_that_does_not_answer(failing: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """The server lives but is not ready; only the log says where the store is."""
    answer = failing.get("/ready")

    assert failing.get("/health").status_code == 200
    assert answer.status_code == 503
    assert answer.get_json() == {
        "status": "unavailable",
        "failing": ["store"],
        "error": "temporarily_unavailable",
        "error_description": "The server cannot answer at the moment. Try again later.",
        "reference": answer.headers["X-Request-ID"],
    }
    assert answer.headers["Retry-After"] == "5"
    assert "/srv/oauth.db cannot be used: the disk is gone" in caplog.text


def test_database_that_does_not_open(tmp_path: Path) -> None:
    """A database file that is none makes the server unready."""
    site = Site(tmp_path / "site", {"provider": "none"})
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {dev: {duckdb: {path: x.duckdb}}}\n")
    site.write("x.duckdb", "this is no database" * 1000)
    client = site.app().test_client()

    assert (client.get("/health").status_code, client.get("/ready").status_code) == (200, 503)
    assert client.get("/ready").get_json()["failing"] == ["database"]


def test_all_parts_that_fail_are_named(site: Site) -> None:
    """One answer names all that needs a look."""
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {dev: {duckdb: {path: x.duckdb}}}\n")
    site.write("x.duckdb", "this is no database" * 1000)
    client = create_app(site.settings(), store=FailingStore()).test_client()

    assert client.get("/ready").get_json()["failing"] == ["database", "store"]


def test_server_that_ends_is_not_ready(site: Site) -> None:
    """A load balancer that asks is told to send nothing more, while the process lives on to answer what it has."""
    client = create_app(site.settings(), host=Host(is_stopping=lambda: True)).test_client()
    answer = client.get("/ready")

    assert client.get("/health").status_code == 200
    assert (answer.status_code, answer.get_json()["failing"]) == (503, ["stopping"])
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(("path", "status"), [("/health", 200), ("/ready", 200)])
def test_head(client: FlaskClient, path: str, status: int) -> None:
    """A probe may ask without wanting the body, and no cache keeps what it is told."""
    answer = client.head(path)

    assert (answer.status_code, answer.data) == (status, b"")
    assert answer.headers["Cache-Control"] == "no-store"


def test_head_of_a_server_that_is_not_ready(failing: FlaskClient) -> None:
    """The status alone says it, and no cache keeps it."""
    answer = failing.head("/ready")

    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (503, b"", "no-store")


def test_failure_is_counted(site: Site) -> None:
    """What makes the server unready is a failure like any other, for whoever is to be woken by it."""
    meter = Recording()
    create_app(site.settings(), store=FailingStore(), meter=meter).test_client().get("/ready")

    assert meter.failures == ["StoreNotUsable"]
    assert meter.requests == [("/ready", "GET", 503)]
