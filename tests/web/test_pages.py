"""Tests of the landing page and the style sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.site import Site


def test_landing(client: FlaskClient) -> None:
    """The landing page names the project and the URL that a client needs."""
    answer = client.get("/")

    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert "<h1><bdi>demo</bdi></h1>" in answer.text
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
    assert 'href="http://localhost/style.css"' in client.get("/").text
    with client.get("/style.css") as answer:
        assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/", "/authorize", "/nowhere"])
def test_style_below_a_path(tmp_path: Path, path: str) -> None:
    """Where a proxy serves us below a path, pages find their style sheet below it too."""
    site = Site(tmp_path / "public", base_url="https://mcp.example.org/tools")
    page = site.app().test_client().get(path, headers={"Accept": "text/html"})

    assert 'href="https://mcp.example.org/tools/style.css"' in page.text


def test_style_of_a_page_for_nobody(client: FlaskClient) -> None:
    """An error page is shown also when the Host is refused, and then shows nothing of that Host."""
    page = client.get("/", headers={"Host": "evil.example"})

    assert (page.status_code, page.mimetype) == (403, "text/html")
    assert 'href="/style.css"' in page.text
    assert "evil.example" not in page.text
