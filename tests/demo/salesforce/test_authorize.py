"""The stand-in signs people in as Salesforce does, quirks and errors included."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.demo.client import CHALLENGE, target
from tests.demo.salesforce.client import AUTHORIZE, CALLBACK, approve, request_of, tokens_of


def test_page(browser: FlaskClient) -> None:
    """The page says whom it stands in for, and its hidden inputs repeat the whole request."""
    request = request_of(code_challenge=CHALLENGE, code_challenge_method="S256")
    page = browser.get(AUTHORIZE, query_string=request).text

    assert "stands in for Salesforce" in page
    assert f'<form method="post" action="{AUTHORIZE}">' in page
    for name in request:
        assert f'<input type="hidden" name="{name}"' in page


def test_hidden_inputs_are_enough(browser: FlaskClient) -> None:
    """The form works when it is posted to the bare path with the request in its body."""
    url, query = target(browser.post(AUTHORIZE, data=request_of() | {"login": "bo-fixture", "decision": "approve"}))

    assert url == CALLBACK
    assert query.keys() == {"code", "state"}


def test_denial(browser: FlaskClient) -> None:
    """A declined sign-in returns access_denied in Salesforce's words."""
    expected = {"error": "access_denied", "error_description": "end-user denied authorization", "state": "s t&te"}

    response = browser.post(AUTHORIZE, query_string=request_of(), data={"decision": "deny"})
    assert target(response) == (CALLBACK, expected)


@pytest.mark.parametrize(
    ("prompt", "scope", "status"),
    [
        (None, "api", 302),
        (None, "api full", 200),
        ("login", "api", 200),
        ("consent", "api", 200),
        ("select_account", "api", 200),
        ("login consent", "api", 200),
    ],
)
def test_prompt(browser: FlaskClient, prompt: str | None, scope: str, status: int) -> None:
    """A person who has consented gets no page, unless the request insists or asks for more."""
    approve(browser, scope="api")

    assert browser.get(AUTHORIZE, query_string=request_of(prompt=prompt, scope=scope)).status_code == status


def test_login_hint_chooses_a_person(browser: FlaskClient) -> None:
    """The hint is a user name, and only preselects."""
    page = browser.get(AUTHORIZE, query_string=request_of(login_hint="cy-fixture@example.org")).text

    assert 'value="cy-fixture" required checked' in page
    assert page.count("checked") == 1


def test_no_scope_means_all(browser: FlaskClient, server: FlaskClient) -> None:
    """A request without scope gets all that is assigned to the app."""
    assert tokens_of(browser, server, scope=None)["scope"] == "api email id openid profile refresh_token"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": None}, "invalid_client_id"),
        ({"client_id": "another"}, "invalid_client_id"),
        ({"redirect_uri": None}, "redirect_uri_mismatch"),
        ({"redirect_uri": CALLBACK + "/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": CALLBACK + "?x=1"}, "redirect_uri_mismatch"),
    ],
)
def test_error_page(browser: FlaskClient, method: str, changes: dict[str, str | None], error: str) -> None:
    """While client or redirect URI are unproven there is a page, never a redirect."""
    response = browser.open(AUTHORIZE, method=method, query_string=request_of(**changes))

    assert response.status_code == 400
    assert error in response.text
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "unsupported_response_type"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_error_redirect(browser: FlaskClient, changes: dict[str, str | None], error: str) -> None:
    """What else is wrong is reported to the application."""
    url, query = target(browser.get(AUTHORIZE, query_string=request_of(**changes)))

    assert (url, query["error"], query["state"]) == (CALLBACK, error, "s t&te")
