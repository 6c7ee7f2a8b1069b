"""The stand-in issues tokens as GitHub does, quirks and errors included."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.demo.github.token import ACCESS_LIFETIME, REFRESH_LIFETIME
from tests.demo.client import CHALLENGE, CLIENT_ID, CLIENT_SECRET, VERIFIER, get, race
from tests.demo.github.client import CALLBACK, TOKEN, approve, basic, exchange, refresh
from tests.support.clock import Clock


def test_token(browser: FlaskClient, server: FlaskClient) -> None:
    """A code buys a bearer token once; the scopes are separated by commas."""
    body = exchange(server, approve(browser, scope="user:email read:org"), redirect_uri=CALLBACK)

    assert body.pop("access_token").startswith("gho_")
    assert body == {"scope": "read:org,user:email", "token_type": "bearer"}


@pytest.mark.parametrize("accept", [None, "*/*", "text/html", "application/x-www-form-urlencoded"])
def test_answer_is_form_encoded_unless_json_is_asked_for(
    browser: FlaskClient, server: FlaskClient, accept: str | None
) -> None:
    """Only an explicit application/json gets JSON."""
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": approve(browser)}
    response = server.post(TOKEN, data=form, headers={"Accept": accept} if accept else {})

    assert response.content_type == "application/x-www-form-urlencoded; charset=utf-8"
    assert dict(parse_qsl(response.text))["scope"] == "user:email"
    assert "scope=user%3Aemail" in response.text


def test_errors_are_form_encoded_too(server: FlaskClient) -> None:
    """An error without Accept comes as form text with status 200."""
    response = server.post(TOKEN, data={"client_id": CLIENT_ID, "client_secret": "wrong"})

    assert response.status_code == 200
    assert dict(parse_qsl(response.text))["error"] == "incorrect_client_credentials"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "incorrect_client_credentials"),
        ({"client_secret": None}, "incorrect_client_credentials"),
        ({"client_id": "wrong"}, "incorrect_client_credentials"),
        ({"client_id": "sécret"}, "incorrect_client_credentials"),
        ({"code": "wrong"}, "bad_verification_code"),
        ({"code": None}, "bad_verification_code"),
        ({"redirect_uri": CALLBACK + "/other"}, "redirect_uri_mismatch"),
    ],
)
def test_token_errors(browser: FlaskClient, server: FlaskClient, changes: dict[str, str | None], error: str) -> None:
    """Every refusal names its error and issues nothing."""
    body = exchange(server, approve(browser), **changes)

    assert body["error"] == error
    assert set(body) == {"error", "error_description"}


@pytest.mark.parametrize(
    ("verifier", "accepted"), [(VERIFIER, True), (VERIFIER + "x", False), ("", False), (None, False), ("ü", False)]
)
def test_verifier(browser: FlaskClient, server: FlaskClient, verifier: str | None, accepted: bool) -> None:
    """A code that was asked for with a challenge needs the verifier."""
    code = approve(browser, code_challenge=CHALLENGE, code_challenge_method="S256")
    body = exchange(server, code, code_verifier=verifier)

    assert ("access_token" in body) is accepted
    assert accepted or body["error"] == "bad_verification_code"


# Tokens that expire.


@pytest.fixture
def expiring(provider: Flask) -> None:
    """Let the application's tokens expire."""
    provider.config["EXPIRING"] = True


@pytest.mark.usefixtures("expiring")
def test_expiring_token(browser: FlaskClient, server: FlaskClient) -> None:
    """The answer says how long both tokens live, in numbers."""
    body = exchange(server, approve(browser))

    assert body.pop("access_token").startswith("gho_")
    assert body.pop("refresh_token").startswith("ghr_")
    assert body == {
        "expires_in": 28_800,
        "refresh_token_expires_in": 15_897_600,
        "scope": "user:email",
        "token_type": "bearer",
    }


@pytest.mark.usefixtures("expiring")
def test_expiring_token_form_encoded(browser: FlaskClient, server: FlaskClient) -> None:
    """Without Accept the numbers come as form text, too."""
    form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": approve(browser)}

    assert dict(parse_qsl(server.post(TOKEN, data=form).text))["expires_in"] == "28800"


@pytest.mark.usefixtures("expiring")
@pytest.mark.parametrize(("age", "status"), [(ACCESS_LIFETIME - 1, 200), (ACCESS_LIFETIME, 401)])
def test_access_token_expires(browser: FlaskClient, server: FlaskClient, clock: Clock, age: int, status: int) -> None:
    """An access token lives for eight hours."""
    token = exchange(server, approve(browser))["access_token"]
    clock.advance(age)

    assert get(server, "/user", token).status_code == status


def test_lasting_token_never_expires(browser: FlaskClient, server: FlaskClient, clock: Clock) -> None:
    """Without the setting there is no refresh token, and the access token lives on."""
    body = exchange(server, approve(browser))
    clock.advance(10 * REFRESH_LIFETIME)

    assert set(body) == {"access_token", "scope", "token_type"}
    assert get(server, "/user", body["access_token"]).status_code == 200


@pytest.mark.usefixtures("expiring")
def test_refresh(browser: FlaskClient, server: FlaskClient) -> None:
    """A refresh token works once, for new tokens of the same person and scopes; the old access token dies."""
    first = exchange(server, approve(browser, "bo-fixture"))
    second = refresh(server, first["refresh_token"])

    assert second["scope"] == "user:email"
    assert get(server, "/user", first["access_token"]).status_code == 401
    assert get(server, "/user", second["access_token"]).get_json()["login"] == "bo-fixture"
    assert refresh(server, first["refresh_token"])["error"] == "bad_refresh_token"
    assert "access_token" in refresh(server, second["refresh_token"])


@pytest.mark.usefixtures("expiring")
@pytest.mark.parametrize(("age", "accepted"), [(REFRESH_LIFETIME - 1, True), (REFRESH_LIFETIME, False)])
def test_refresh_token_expires(
    browser: FlaskClient, server: FlaskClient, clock: Clock, age: int, accepted: bool
) -> None:
    """A refresh token lives for six months."""
    token = exchange(server, approve(browser))["refresh_token"]
    clock.advance(age)

    assert ("access_token" in refresh(server, token)) is accepted


@pytest.mark.usefixtures("expiring")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"refresh_token": "wrong"}, "bad_refresh_token"),
        ({"refresh_token": None}, "bad_refresh_token"),
        ({"client_secret": "wrong"}, "incorrect_client_credentials"),
    ],
)
def test_refresh_errors(browser: FlaskClient, server: FlaskClient, changes: dict[str, str | None], error: str) -> None:
    """A refused refresh has status 200, names its error, and leaves the refresh token usable."""
    token = exchange(server, approve(browser))["refresh_token"]

    assert refresh(server, token, **changes)["error"] == error
    assert "access_token" in refresh(server, token)


@pytest.mark.usefixtures("expiring")
def test_access_token_is_no_refresh_token(browser: FlaskClient, server: FlaskClient) -> None:
    """Neither kind of token stands in for the other."""
    body = exchange(server, approve(browser))

    assert refresh(server, body["access_token"])["error"] == "bad_refresh_token"
    assert get(server, "/user", body["refresh_token"]).status_code == 401


@pytest.mark.usefixtures("expiring")
def test_revocation_ends_the_refresh_token_too(browser: FlaskClient, server: FlaskClient) -> None:
    """Nothing is left to refresh with after the access token was revoked."""
    body = exchange(server, approve(browser))
    path = f"/applications/{CLIENT_ID}/token"

    assert server.delete(path, json={"access_token": body["access_token"]}, headers=basic()).status_code == 204
    assert refresh(server, body["refresh_token"])["error"] == "bad_refresh_token"


@pytest.mark.usefixtures("expiring")
def test_race_on_a_refresh_token(provider: Flask, browser: FlaskClient, server: FlaskClient) -> None:
    """Of eight simultaneous uses of one refresh token exactly one succeeds, and its tokens work."""
    token = exchange(server, approve(browser))["refresh_token"]
    answers = race(provider, lambda client: refresh(client, token))

    [won] = [answer for answer in answers if "access_token" in answer]
    assert [answer["error"] for answer in answers if answer is not won] == ["bad_refresh_token"] * 7
    assert get(server, "/user", won["access_token"]).status_code == 200
