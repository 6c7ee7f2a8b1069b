"""The stand-in signs people in as GitHub does, quirks and errors included."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from mxcp_flask.demo.people import PEOPLE
from tests.demo.client import CHALLENGE, target
from tests.demo.github.client import AUTHORIZE, CALLBACK, approve, request_of


def test_page_offers_everybody_in_a_plain_form(browser: FlaskClient) -> None:
    """The page names every person and repeats the request in hidden inputs, escaped, without script."""
    page = browser.get(AUTHORIZE, query_string=request_of(state='"><b>')).text

    for person in PEOPLE:
        assert f'value="{person.login}"' in page
    assert '<form method="post" action="/login/oauth/authorize">' in page
    assert f'name="redirect_uri" value="{CALLBACK}"' in page
    assert 'name="state" value="&#34;&gt;&lt;b&gt;"' in page
    assert "<script" not in page


def test_hidden_inputs_are_enough(browser: FlaskClient) -> None:
    """The form works when it is posted to the bare path with the request in its body."""
    response = browser.post(AUTHORIZE, data=request_of() | {"login": "bo-fixture", "decision": "approve"})

    url, query = target(response)
    assert url == CALLBACK
    assert set(query) == {"code", "state"}


def test_approval_returns_code_and_state(browser: FlaskClient) -> None:
    """The redirect carries a code and the state as it came."""
    url, query = target(
        browser.post(AUTHORIZE, query_string=request_of(), data={"login": "ada-fixture", "decision": "approve"})
    )

    assert url == CALLBACK
    assert query["state"] == "s t&te"
    assert len(query["code"]) >= 20


def test_state_is_left_out_when_none_came(browser: FlaskClient) -> None:
    """Without a state in the request there is none in the redirect."""
    answer = {"login": "ada-fixture", "decision": "approve"}

    assert set(target(browser.post(AUTHORIZE, query_string=request_of(state=None), data=answer))[1]) == {"code"}


def test_denial(browser: FlaskClient) -> None:
    """A declined sign-in returns access_denied in GitHub's words, and remembers nothing."""
    response = browser.post(AUTHORIZE, query_string=request_of(), data={"decision": "deny"})

    expected = {
        "error": "access_denied",
        "error_description": "The user has denied your application access.",
        "state": "s t&te",
    }
    assert target(response) == (CALLBACK, expected)
    assert browser.get(AUTHORIZE, query_string=request_of()).status_code == 200


@pytest.mark.parametrize(
    "data", [{}, {"decision": "approve"}, {"decision": "approve", "login": "nobody"}, {"login": "ada-fixture"}]
)
def test_answer_must_name_a_person_and_a_decision(browser: FlaskClient, data: dict[str, str]) -> None:
    """An incomplete answer is an error page, never a redirect."""
    assert browser.post(AUTHORIZE, query_string=request_of(), data=data).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("client_id", [None, "", "another"])
def test_unknown_client(browser: FlaskClient, method: str, client_id: str | None) -> None:
    """An unknown application is a 404 page, for there is nowhere to redirect to."""
    response = browser.open(AUTHORIZE, method=method, query_string=request_of(client_id=client_id))

    assert response.status_code == 404
    assert "Location" not in response.headers


def test_select_account_always_shows_the_page(browser: FlaskClient) -> None:
    """prompt=select_account asks again, with the signed-in person chosen."""
    approve(browser, "bo-fixture")

    page = browser.get(AUTHORIZE, query_string=request_of(prompt="select_account"))
    assert page.status_code == 200
    assert 'value="bo-fixture" required checked' in page.text


def test_login_hint_chooses_a_person(browser: FlaskClient) -> None:
    """The request's login parameter only preselects."""
    page = browser.get(AUTHORIZE, query_string=request_of(login="cy-fixture")).text

    assert 'value="cy-fixture" required checked' in page
    assert page.count("checked") == 1


def test_cookie_is_out_of_reach_of_scripts(browser: FlaskClient) -> None:
    """The sign-in cookie is HttpOnly and SameSite=Lax."""
    answer = {"login": "ada-fixture", "decision": "approve"}
    cookie = browser.post(AUTHORIZE, query_string=request_of(), data=answer).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_challenge_travels_through_the_page(browser: FlaskClient) -> None:
    """The page's hidden inputs carry the challenge."""
    page = browser.get(AUTHORIZE, query_string=request_of(code_challenge=CHALLENGE, code_challenge_method="S256"))

    assert f'name="code_challenge" value="{CHALLENGE}"' in page.text
    assert 'name="code_challenge_method" value="S256"' in page.text


@pytest.mark.parametrize("method", [None, "plain", "s256"])
def test_only_s256(browser: FlaskClient, method: str | None) -> None:
    """Another challenge method, or none named, is refused at the authorization request."""
    response = browser.get(AUTHORIZE, query_string=request_of(code_challenge=CHALLENGE, code_challenge_method=method))

    assert target(response)[1]["error"] == "invalid_request"
