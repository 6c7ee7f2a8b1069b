"""The stand-in signs people in as Atlassian does, quirks and errors included."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.demo.atlassian.client import AUTHORIZE, CALLBACK, approve, exchange, request_of
from tests.demo.client import CHALLENGE, target


def test_page(browser: FlaskClient) -> None:
    """The page says whom it stands in for, and its hidden inputs repeat the whole request."""
    page = browser.get(AUTHORIZE, query_string=request_of()).text

    assert "stands in for Atlassian" in page
    assert '<form method="post" action="/authorize">' in page
    for name in request_of():
        assert f'<input type="hidden" name="{name}"' in page


def test_hidden_inputs_are_enough(browser: FlaskClient) -> None:
    """The form works when it is posted to the bare path with the request in its body."""
    url, query = target(browser.post(AUTHORIZE, data=request_of() | {"login": "bo-fixture", "decision": "approve"}))

    assert url == CALLBACK
    assert query.keys() == {"code", "state"}
    assert query["state"] == "s t&te"


def test_denial(browser: FlaskClient) -> None:
    """A declined sign-in returns access_denied."""
    url, query = target(browser.post(AUTHORIZE, query_string=request_of(), data={"decision": "deny"}))

    assert (url, query["error"], query["state"]) == (CALLBACK, "access_denied", "s t&te")


@pytest.mark.parametrize(
    ("prompt", "scope", "status"),
    [("consent", "read:me", 200), (None, "read:me", 302), ("none", "read:me", 302), (None, "read:me write:more", 200)],
)
def test_only_prompt_consent_asks_again(browser: FlaskClient, prompt: str | None, scope: str, status: int) -> None:
    """A person who has consented gets no page, unless the request insists or asks for more."""
    approve(browser, scope="read:me")

    assert browser.get(AUTHORIZE, query_string=request_of(prompt=prompt, scope=scope)).status_code == status


def test_first_visit_shows_the_page(browser: FlaskClient) -> None:
    """Nobody is signed in at first, so a request without prompt gets the page."""
    assert browser.get(AUTHORIZE, query_string=request_of(prompt=None)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("client_id", [None, "another"])
def test_unknown_client(browser: FlaskClient, method: str, client_id: str | None) -> None:
    """An unknown app is an error page."""
    response = browser.open(AUTHORIZE, method=method, query_string=request_of(client_id=client_id))

    assert response.status_code == 400
    assert "Location" not in response.headers


@pytest.mark.parametrize("redirect_uri", [None, "", CALLBACK + "/", CALLBACK + "/below", CALLBACK + "?x=1"])
def test_redirect_uri_is_exact(browser: FlaskClient, redirect_uri: str | None) -> None:
    """Any other redirect_uri is an error page, never a redirect."""
    response = browser.get(AUTHORIZE, query_string=request_of(redirect_uri=redirect_uri))

    assert response.status_code == 403
    assert "Location" not in response.headers


@pytest.mark.parametrize("response_type", [None, "token"])
def test_response_type(browser: FlaskClient, response_type: str | None) -> None:
    """Only the code flow is served."""
    _, query = target(browser.get(AUTHORIZE, query_string=request_of(response_type=response_type)))

    assert query["error"] == "unsupported_response_type"


@pytest.mark.parametrize(("audience", "status"), [(None, 200), ("api.atlassian.com", 200), ("api.example.org", 302)])
def test_audience(browser: FlaskClient, audience: str | None, status: int) -> None:
    """The audience may be left out; another one is access_denied."""
    response = browser.get(AUTHORIZE, query_string=request_of(audience=audience))

    assert response.status_code == status
    assert status == 200 or target(response)[1]["error"] == "access_denied"


def test_challenge_is_not_looked_at(browser: FlaskClient, server: FlaskClient) -> None:
    """PKCE protects nothing here: a code is exchanged without its verifier."""
    code = approve(browser, code_challenge=CHALLENGE, code_challenge_method="S256")

    assert exchange(server, code).status_code == 200
