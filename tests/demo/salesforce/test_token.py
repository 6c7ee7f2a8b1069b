"""The stand-in issues tokens as Salesforce does, quirks and errors included."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.demo.approvals import CODE_LIFETIME
from mxcp_flask.demo.salesforce.token import SESSION_TIMEOUT
from tests.demo.client import CHALLENGE, CLIENT_SECRET, VERIFIER, get, race
from tests.demo.salesforce.client import CALLBACK, IDENTITY, USERINFO, approve, exchange, post, refresh, tokens_of
from tests.support.clock import Clock

BAD_REFRESH_TOKEN = {"error": "invalid_grant", "error_description": "expired access/refresh token"}


@pytest.fixture
def rotating(provider: Flask) -> None:
    """Let a refresh token work once."""
    provider.config["ROTATING"] = True


def test_token(browser: FlaskClient, server: FlaskClient, clock: Clock) -> None:
    """The answer names the person and the instance, and does not say how long the token lives."""
    clock.now = 1_790_000_000.5
    body = tokens_of(browser, server)

    assert body.pop("access_token").startswith("00D000000000001!")
    assert body.pop("refresh_token").startswith("5Aep")
    assert body.pop("id_token").startswith("eyJ")
    signature = hmac.digest(CLIENT_SECRET.encode(), f"{IDENTITY}1790000000500".encode(), hashlib.sha256)
    assert body == {
        "id": IDENTITY,
        "instance_url": "http://localhost",
        "issued_at": "1790000000500",
        "scope": "api openid refresh_token",
        "signature": base64.b64encode(signature).decode(),
        "token_type": "Bearer",
    }


@pytest.mark.parametrize(
    ("scope", "present"),
    [("api", set()), ("api openid", {"id_token"}), ("api refresh_token", {"refresh_token"})],
)
def test_scopes_decide_what_is_issued(browser: FlaskClient, server: FlaskClient, scope: str, present: set[str]) -> None:
    """An ID token comes with openid, a refresh token with refresh_token."""
    assert tokens_of(browser, server, scope=scope).keys() & {"id_token", "refresh_token"} == present


def test_instance_url_may_be_anywhere(provider: Flask, browser: FlaskClient, server: FlaskClient) -> None:
    """A test can make the answer point elsewhere; the identity URL stays."""
    provider.config["INSTANCE_URL"] = "https://evil.example.net"
    body = tokens_of(browser, server)

    assert body["instance_url"] == "https://evil.example.net"
    assert body["id"] == IDENTITY
    urls = get(server, USERINFO, body["access_token"]).get_json()["urls"]
    assert urls["custom_domain"] == "https://evil.example.net"


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        ({"client_id": "wrong"}, "invalid_client_id", "client identifier invalid"),
        ({"client_id": None}, "invalid_client_id", "client identifier invalid"),
        ({"client_secret": "wrong"}, "invalid_client", "invalid client credentials"),
        ({"client_secret": None}, "invalid_client", "invalid client credentials"),
        ({"grant_type": "device"}, "unsupported_grant_type", "grant type not supported"),
        ({"grant_type": None}, "unsupported_grant_type", "grant type not supported"),
        ({"code": "wrong"}, "invalid_grant", "expired authorization code"),
        ({"code": None}, "invalid_grant", "expired authorization code"),
        ({"redirect_uri": None}, "redirect_uri_mismatch", "redirect_uri must match configuration"),
        ({"redirect_uri": CALLBACK + "/"}, "redirect_uri_mismatch", "redirect_uri must match configuration"),
    ],
)
def test_token_errors(
    browser: FlaskClient, server: FlaskClient, changes: dict[str, str | None], error: str, description: str
) -> None:
    """Every refusal is 400 in JSON, in Salesforce's words."""
    response = exchange(server, approve(browser), **changes)

    assert response.status_code == 400
    assert response.get_json() == {"error": error, "error_description": description}


def test_code_works_once_and_for_a_while(browser: FlaskClient, server: FlaskClient, clock: Clock) -> None:
    """A replayed code is refused, and so is an old one."""
    code, old = approve(browser), approve(browser)

    assert exchange(server, code).status_code == 200
    assert exchange(server, code).status_code == 400
    clock.advance(CODE_LIFETIME)
    assert exchange(server, old).status_code == 400


@pytest.mark.parametrize("method", [None, "S256"])
@pytest.mark.parametrize(("verifier", "status"), [(VERIFIER, 200), (VERIFIER + "x", 400), ("", 400), (None, 400)])
def test_verifier(
    browser: FlaskClient, server: FlaskClient, method: str | None, verifier: str | None, status: int
) -> None:
    """A code that was asked for with a challenge needs the verifier, whether or not the method was named."""
    code = approve(browser, code_challenge=CHALLENGE, code_challenge_method=method)
    response = exchange(server, code, code_verifier=verifier)

    assert response.status_code == status
    assert status == 200 or response.get_json() == {
        "error": "invalid_grant",
        "error_description": "invalid code verifier",
    }


def test_inactive_user(browser: FlaskClient, server: FlaskClient) -> None:
    """A user who was deactivated gets no token."""
    response = exchange(server, approve(browser, "dee-fixture"))

    assert response.status_code == 400
    assert response.get_json() == {"error": "invalid_grant", "error_description": "inactive user"}


# Refresh.


def test_refresh_token_stays(browser: FlaskClient, server: FlaskClient, clock: Clock) -> None:
    """Without rotation the answer repeats no refresh token, which works for good; earlier access tokens live on."""
    first = tokens_of(browser, server)
    clock.advance(1)
    second = refresh(server, first["refresh_token"]).get_json()

    assert second.keys() == first.keys() - {"refresh_token"}
    assert second["access_token"] != first["access_token"]
    assert int(second["issued_at"]) == int(first["issued_at"]) + 1000
    assert get(server, USERINFO, first["access_token"]).status_code == 200
    clock.advance(10 * 365 * 86_400)
    assert refresh(server, first["refresh_token"]).status_code == 200


@pytest.mark.usefixtures("rotating")
def test_refresh_token_rotates(browser: FlaskClient, server: FlaskClient) -> None:
    """With rotation a refresh token works once, and the answer holds the next one."""
    first = tokens_of(browser, server)
    second = refresh(server, first["refresh_token"]).get_json()

    assert second.keys() == first.keys()
    assert refresh(server, first["refresh_token"]).get_json() == BAD_REFRESH_TOKEN
    assert refresh(server, second["refresh_token"]).status_code == 200


@pytest.mark.parametrize("token", ["wrong", None, ""])
def test_unknown_refresh_token(server: FlaskClient, token: str | None) -> None:
    """A refused refresh is 400 in Salesforce's words."""
    response = post(server, grant_type="refresh_token", refresh_token=token)

    assert response.status_code == 400
    assert response.get_json() == BAD_REFRESH_TOKEN


def test_access_token_is_no_refresh_token(browser: FlaskClient, server: FlaskClient) -> None:
    """Neither kind of token stands in for the other."""
    body = tokens_of(browser, server)

    assert refresh(server, body["access_token"]).status_code == 400
    assert get(server, USERINFO, body["refresh_token"]).status_code == 403


@pytest.mark.parametrize(("age", "status"), [(SESSION_TIMEOUT - 1, 200), (SESSION_TIMEOUT, 403)])
def test_session_times_out(browser: FlaskClient, server: FlaskClient, clock: Clock, age: int, status: int) -> None:
    """An access token lives for two hours, though nothing says so; a refresh gives the next one."""
    body = tokens_of(browser, server)
    clock.advance(age)

    assert get(server, USERINFO, body["access_token"]).status_code == status
    renewed: dict[str, Any] = refresh(server, body["refresh_token"]).get_json()
    assert get(server, USERINFO, renewed["access_token"]).status_code == 200


def test_race_without_rotation(provider: Flask, browser: FlaskClient, server: FlaskClient) -> None:
    """Eight simultaneous uses of one refresh token all succeed."""
    token = tokens_of(browser, server)["refresh_token"]
    answers = race(provider, lambda client: dict(refresh(client, token).get_json()))

    assert len({answer["access_token"] for answer in answers}) == 8


@pytest.mark.usefixtures("rotating")
def test_race_with_rotation(provider: Flask, browser: FlaskClient, server: FlaskClient) -> None:
    """Of eight simultaneous uses of one refresh token exactly one succeeds."""
    token = tokens_of(browser, server)["refresh_token"]
    answers = race(provider, lambda client: dict(refresh(client, token).get_json()))

    assert sorted("access_token" in answer for answer in answers) == [False] * 7 + [True]
    assert answers.count(BAD_REFRESH_TOKEN) == 7
