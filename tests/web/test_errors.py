"""Tests of what an error becomes."""

from __future__ import annotations

import re
from typing import NoReturn

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from mxcp_flask.errors import DatabaseNotUsable, MxcpError
from mxcp_flask.oauth import client_documents
from tests.oauth.fake_web import URL
from tests.support.site import Site
from tests.support.visitor import Visitor


class Unforeseen(MxcpError):
    """Nobody thought of {what}."""


def fail_with(app: Flask, error: Exception) -> None:
    """Let the health check and the landing page raise ``error``."""

    def fail() -> NoReturn:
        raise error

    app.view_functions["health.health"] = app.view_functions["pages.landing"] = fail


@pytest.mark.parametrize("error", [ZeroDivisionError("mx_at_secret"), Unforeseen(what="mx_at_secret")])
def test_unforeseen_failure(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """It is a 500 that shows nothing of its cause, as JSON and as a page; the log has the cause."""
    fail_with(app, error)
    answer, page = client.get("/health"), client.get("/")

    assert (answer.status_code, page.status_code) == (500, 500)
    assert answer.get_json() == {
        "error": "server_error",
        "error_description": "The server failed on this request.",
        "reference": answer.headers["X-Request-ID"],
    }
    assert "The server failed on this request." in page.text
    assert "mx_at_secret" not in answer.text + page.text
    assert "mx_at_secret" in caplog.text
    assert ("Traceback" in caplog.text) is isinstance(error, ZeroDivisionError)


def test_failure_of_the_database(app: Flask, client: FlaskClient) -> None:
    """It is a 503 that says to come back, and not where the file is."""
    fail_with(app, DatabaseNotUsable(path="/srv/data.duckdb", reason="locked"))
    answer = client.get("/health")

    assert (answer.status_code, answer.get_json()["error"]) == (503, "temporarily_unavailable")
    assert "/srv" not in answer.text


def test_reference_on_a_page_is_in_the_log(app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """Who reads out the page's reference leads the operator to the log line with the cause."""
    fail_with(app, DatabaseNotUsable(path="/srv/data.duckdb", reason="locked"))
    page = client.get("/")
    [reference] = re.findall(r"reference <code>([0-9a-f]{16})</code>", page.text)
    [line] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]

    assert page.headers["X-Request-ID"] == reference
    assert "/srv/data.duckdb cannot be opened: locked" in line


def test_refusal_on_a_page_is_in_the_log(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """A refusal's page has a reference too."""
    with caplog.at_level("INFO", logger="mxcp"):
        page = client.get("/github/callback")
    [reference] = re.findall(r"reference <code>([0-9a-f]{16})</code>", page.text)

    assert page.headers["X-Request-ID"] == reference
    assert "error page 400 at '/github/callback': Invalid state parameter." in caplog.messages


@pytest.mark.parametrize(
    ("method", "path", "accept", "mimetype"),
    [
        ("GET", "/nowhere", "*/*", "application/json"),
        ("GET", "/nowhere", "text/html,*/*;q=0.8", "text/html"),
        ("PUT", "/token", "text/html", "application/json"),
        ("PUT", "/mcp", "text/html", "application/json"),
        ("POST", "/register", "text/html", "application/json"),
        ("GET", "/authorize", "application/json", "text/html"),
        ("GET", "/github/callback", "application/json", "text/html"),
    ],
)
def test_shape_follows_the_route(client: FlaskClient, method: str, path: str, accept: str, mimetype: str) -> None:
    """A page's route fails with a page and an endpoint with JSON, whatever is accepted; a lost browser gets a page."""
    answer = client.open(path, method=method, headers={"Accept": accept})

    assert answer.status_code >= 400
    assert answer.mimetype == mimetype


@pytest.mark.parametrize("host", ["a..b", "x" * 300, "a" * 64 + ".b"])
def test_host_that_no_url_can_be_built_for(client: FlaskClient, host: str) -> None:
    """A Host that is no name is refused as any other one that is not ours, on a page that does not repeat it."""
    answer = client.get("/authorize", headers={"Host": host, "Accept": "text/html"})

    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert host not in answer.text


def test_text_on_a_page_is_escaped(app: Flask, client: FlaskClient) -> None:
    """No description becomes markup."""

    def fail() -> NoReturn:
        abort(400, "<script>alert(1)</script>")

    app.view_functions["pages.landing"] = fail
    page = client.get("/")

    assert page.status_code == 400
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def test_log_lines_cannot_be_forged(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    """A path with a line break stays one line of the log."""
    with caplog.at_level("INFO", logger="mxcp"):
        client.get("/x%0a2026 ERROR forged", headers={"Host": "evil.example"})
        client.get("/x%0a2026 ERROR forged", headers={"Accept": "text/html"})

    assert len(caplog.messages) == 4
    assert not any("\n" in line for line in caplog.messages)


def test_failed_token_request_keeps_its_challenge(visitor: Visitor) -> None:
    """A client that fails to authenticate is told how (RFC 6749 §5.2)."""
    answer = visitor.exchange("nobody", "x")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_too_many_look_ups(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """While too many documents are being read it is a 503 that says to come back, as a page and as JSON."""
    monkeypatch.setattr(client_documents, "MOST_AT_ONCE", 0)
    client = site.app().test_client()
    page = client.get("/authorize", query_string={"client_id": URL, "response_type": "code"})
    answer = client.post("/token", data={"client_id": URL, "grant_type": "authorization_code", "code": "x"})

    assert (page.status_code, page.mimetype, answer.status_code) == (503, "text/html", 503)
    assert "Try again later." in page.text
    assert answer.get_json()["error"] == "temporarily_unavailable"
