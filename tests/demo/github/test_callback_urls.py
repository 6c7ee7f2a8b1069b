"""The application's callback URLs are checked by GitHub's rule."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from mxcp_flask.demo.github.callback_urls import choose_redirect_uri
from mxcp_flask.demo.identity_provider import create_identity_provider
from tests.demo.client import CLIENT_ID, CLIENT_SECRET, target
from tests.demo.github.client import AUTHORIZE, CALLBACK, request_of


@pytest.mark.parametrize(
    "redirect_uri",
    [None, CALLBACK, CALLBACK + "/", CALLBACK + "/deeper/still", CALLBACK + "?x=1"],
)
def test_redirect_uri_may_be_the_registered_one_or_below_it(browser: FlaskClient, redirect_uri: str | None) -> None:
    """GitHub accepts sub-paths; without a redirect_uri it takes the registered one."""
    answer = {"login": "ada-fixture", "decision": "approve"}
    response = browser.post(AUTHORIZE, query_string=request_of(redirect_uri=redirect_uri), data=answer)

    location = response.headers["Location"]
    assert location.startswith(redirect_uri or CALLBACK)
    assert location.count("?") == 1
    assert "code" in parse_qs(urlsplit(location).query)


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://localhost:8000/github/callbackwards",
        "http://localhost:8000/github",
        "http://localhost:8000/",
        "http://localhost:8001/github/callback",
        "https://localhost:8000/github/callback",
        "http://localhost:8000.example.org/github/callback",
        "http://localhost:8000@example.org/github/callback",
        "http://example.org/github/callback",
        CALLBACK + "/../../elsewhere",
        CALLBACK + "/%2e%2e/elsewhere",
        CALLBACK + "/..\\elsewhere",
        CALLBACK + "#fragment",
        CALLBACK + "/\r\nX-Header: 1",
        "http://[",
        "not a uri",
        "javascript:alert(1)",
    ],
)
def test_redirect_uri_mismatch(browser: FlaskClient, redirect_uri: str) -> None:
    """Any other redirect_uri sends the browser to the registered one, with an error."""
    url, query = target(browser.get(AUTHORIZE, query_string=request_of(redirect_uri=redirect_uri)))

    assert url == CALLBACK
    assert query["error"] == "redirect_uri_mismatch"
    assert query["state"] == "s t&te"


@pytest.mark.parametrize("redirect_uri", [None, CALLBACK])
def test_no_callback_url_registered(redirect_uri: str | None) -> None:
    """An application without a callback URL gets an error page, whatever it asks for."""
    app = create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    response = app.test_client().get(AUTHORIZE, query_string=request_of(redirect_uri=redirect_uri))

    assert response.status_code == 400
    assert "Location" not in response.headers


def test_second_callback_url() -> None:
    """Every registered callback URL is accepted; the first one is the default."""
    urls = [CALLBACK, "https://app.example.org"]

    assert choose_redirect_uri(urls, "https://app.example.org/") == "https://app.example.org/"
    assert choose_redirect_uri(urls, "") == CALLBACK
