"""Tests of the landing page and the style sheet."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from tests.support.site import Site


def test_landing(client: FlaskClient) -> None:
    """The landing page names the project and the URL that a client needs."""
    answer = client.get("/")

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "<h1>demo</h1>" in answer.text
    assert "<code>http://localhost/mcp</code>" in answer.text


def test_landing_without_provider(open_client: FlaskClient) -> None:
    """It is there with ``provider: none`` too."""
    assert "<code>http://localhost/mcp</code>" in open_client.get("/").text


def test_landing_shows_the_configured_url(tmp_path: Path) -> None:
    """The URL is the one that clients reach from outside."""
    site = Site(tmp_path / "public", base_url="https://mcp.example.org")

    assert "<code>https://mcp.example.org/mcp</code>" in site.app().test_client().get("/").text


def test_style_that_pages_link_to(client: FlaskClient) -> None:
    """The page's style sheet is where the page says."""
    assert 'href="/style.css"' in client.get("/").text
    with client.get("/style.css") as answer:
        assert answer.status_code == 200
