"""Tests of the headers that every answer carries."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.visitor import Visitor

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
ROUTES = [
    ("GET", "/", 200),
    ("GET", "/account", 200),
    ("GET", "/authorize", 400),
    ("POST", "/authorize", 400),
    ("GET", "/github/callback", 400),
    ("GET", "/mcp", 401),
    ("POST", "/mcp", 401),
    ("POST", "/token", 400),
    ("GET", "/token", 405),
    ("POST", "/register", 400),
    ("GET", "/.well-known/oauth-authorization-server", 200),
    ("GET", "/.well-known/oauth-protected-resource/mcp", 200),
    ("GET", "/health", 200),
    ("GET", "/ready", 200),
    ("GET", "/nowhere", 404),
]


@pytest.mark.parametrize(("method", "path", "status"), ROUTES)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_every_answer(client: FlaskClient, method: str, path: str, status: int, accept: str) -> None:
    """No answer is stored, sniffed or named in a Referer, errors included."""
    answer = client.open(path, method=method, headers={"Accept": accept})

    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert (answer.mimetype == "text/html") is ("Content-Security-Policy" in answer.headers)


def assert_protected(page: TestResponse) -> None:
    """Assert that ``page`` runs nothing, loads only its style, and is shown in no frame."""
    assert page.mimetype == "text/html"
    assert page.headers.getlist("Content-Security-Policy") == [POLICY]
    assert page.headers.getlist("X-Frame-Options") == ["DENY"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert page.text.count("src=") == 0
    assert page.text.count("<link ") == 1


def test_pages(client: FlaskClient, visitor: Visitor) -> None:
    """Landing, consent and error pages are protected alike; form-action would break Chrome's redirect chain."""
    consent = visitor.ask(visitor.authorization_request(visitor.register()["client_id"]))
    for page in (client.get("/"), consent, client.get("/authorize"), client.get("/github/callback")):
        assert_protected(page)

    assert "form-action" not in consent.headers["Content-Security-Policy"]


def test_redirects(visitor: Visitor) -> None:
    """The redirects to the provider and back carry values that nobody may store or pass on."""
    page = visitor.ask(visitor.authorization_request(visitor.register()["client_id"]))
    departure = visitor.answer(page)
    arrival = visitor.come_back(visitor.meet_provider(departure))

    for answer in (departure, arrival):
        assert answer.status_code == 302
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize(("path", "kind"), [("/style.css", "text/css"), ("/favicon.ico", "image/svg+xml")])
def test_style_and_icon_may_be_kept(client: FlaskClient, path: str, kind: str) -> None:
    """Only the style sheet and the icon may stay in a cache."""
    with client.get(path) as answer:
        assert answer.mimetype == kind
        assert "max-age=3600" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
