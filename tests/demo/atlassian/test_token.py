"""The stand-in issues and rotates tokens as Atlassian does, quirks and errors included."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.demo.approvals import CODE_LIFETIME
from mxcp_flask.demo.atlassian.token import ACCESS_LIFETIME, LEEWAY, REFRESH_LIFETIME
from tests.demo.atlassian.client import CALLBACK, SCOPE, TOKEN, approve, exchange, post, refresh, tokens_of
from tests.demo.client import CLIENT_ID, CLIENT_SECRET, get, race
from tests.support.clock import Clock

BAD_REFRESH_TOKEN = {"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}


def test_tokens(browser: FlaskClient, server: FlaskClient) -> None:
    """A code buys a long access token, and a refresh token with offline_access."""
    body = tokens_of(browser, server)

    access_token, refresh_token = body.pop("access_token"), body.pop("refresh_token")
    assert access_token.startswith("eyJ")
    assert len(access_token) > 500
    assert refresh_token != access_token
    assert body == {"expires_in": 3600, "scope": " ".join(sorted(SCOPE.split())), "token_type": "Bearer"}


def test_no_refresh_token_without_offline_access(browser: FlaskClient, server: FlaskClient) -> None:
    """Who does not ask for offline_access gets an access token only."""
    assert "refresh_token" not in tokens_of(browser, server, scope="read:me")


@pytest.mark.parametrize(
    "request_arguments",
    [
        {"data": {"grant_type": "authorization_code", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}},
        {"data": "{", "content_type": "application/json"},
        {"data": '{"client_id": "x"}', "content_type": "text/plain"},
        {"json": []},
        {},
    ],
)
def test_only_a_json_object_is_taken(server: FlaskClient, request_arguments: dict[str, Any]) -> None:
    """A form, or anything else that is no JSON object, is invalid_request."""
    response = server.post(TOKEN, **request_arguments)

    assert response.status_code == 400
    assert response.get_json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "access_denied"),
        ({"client_secret": None}, 401, "access_denied"),
        ({"client_id": "wrong"}, 401, "access_denied"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": None}, 400, "unsupported_grant_type"),
        ({"code": "wrong"}, 403, "invalid_grant"),
        ({"code": None}, 403, "invalid_grant"),
        ({"redirect_uri": CALLBACK + "/"}, 403, "invalid_grant"),
        ({"redirect_uri": None}, 403, "invalid_grant"),
    ],
)
def test_token_errors(
    browser: FlaskClient, server: FlaskClient, changes: dict[str, str | None], status: int, error: str
) -> None:
    """Every refusal names its error and issues nothing."""
    response = exchange(server, approve(browser), **changes)

    assert response.status_code == status
    assert response.get_json()["error"] == error
    assert response.get_json().keys() == {"error", "error_description"}


@pytest.mark.parametrize("value", [1, None, ["x"], {"x": 1}, "\ud800"])
def test_fields_of_another_type(server: FlaskClient, value: Any) -> None:
    """A secret that is no text, or no Unicode, is a wrong one."""
    response = server.post(TOKEN, json={"client_id": CLIENT_ID, "client_secret": value})

    assert response.status_code == 401


def test_code_works_once_and_for_a_while(browser: FlaskClient, server: FlaskClient, clock: Clock) -> None:
    """A replayed code is refused, and so is an old one."""
    code, old = approve(browser), approve(browser)

    assert exchange(server, code).status_code == 200
    assert exchange(server, code).status_code == 403
    clock.advance(CODE_LIFETIME)
    assert exchange(server, old).status_code == 403


@pytest.mark.parametrize(("age", "status"), [(ACCESS_LIFETIME - 1, 200), (ACCESS_LIFETIME, 401)])
def test_access_token_expires(browser: FlaskClient, server: FlaskClient, clock: Clock, age: int, status: int) -> None:
    """An access token lives for an hour."""
    token = tokens_of(browser, server)["access_token"]
    clock.advance(age)

    assert get(server, "/me", token).status_code == status


# Rotation.


def test_refresh_rotates(browser: FlaskClient, server: FlaskClient) -> None:
    """Each refresh answers like the exchange, with new tokens of the same person."""
    first = tokens_of(browser, server, "bo-fixture")
    second = refresh(server, first["refresh_token"]).get_json()

    assert second.keys() == first.keys()
    assert second["refresh_token"] != first["refresh_token"]
    assert get(server, "/me", second["access_token"]).get_json()["nickname"] == "bo-fixture"


@pytest.mark.parametrize(("age", "accepted"), [(LEEWAY - 1, True), (LEEWAY, False)])
def test_leeway(browser: FlaskClient, server: FlaskClient, clock: Clock, age: int, accepted: bool) -> None:
    """A used refresh token and the access token beside it live on for ten minutes; the new ones stay."""
    first = tokens_of(browser, server)
    second = refresh(server, first["refresh_token"]).get_json()
    clock.advance(age)

    assert refresh(server, first["refresh_token"]).status_code == (200 if accepted else 403)
    assert get(server, "/me", first["access_token"]).status_code == (200 if accepted else 401)
    assert get(server, "/me", second["access_token"]).status_code == 200
    assert refresh(server, second["refresh_token"]).status_code == 200


@pytest.mark.parametrize(("age", "status"), [(REFRESH_LIFETIME - 1, 200), (REFRESH_LIFETIME, 403)])
def test_refresh_token_idles_out(
    browser: FlaskClient, server: FlaskClient, clock: Clock, age: int, status: int
) -> None:
    """A refresh token that nobody uses lives for 90 days; its successor's days are counted anew."""
    first = tokens_of(browser, server)["refresh_token"]
    clock.advance(REFRESH_LIFETIME - 1)
    second = refresh(server, first).get_json()["refresh_token"]
    clock.advance(age)

    assert refresh(server, second).status_code == status


@pytest.mark.parametrize("token", ["wrong", None, ""])
def test_unknown_refresh_token(server: FlaskClient, token: str | None) -> None:
    """A refused refresh is 403 in Atlassian's words."""
    response = post(server, grant_type="refresh_token", refresh_token=token)

    assert response.status_code == 403
    assert response.get_json() == BAD_REFRESH_TOKEN


def test_access_token_is_no_refresh_token(browser: FlaskClient, server: FlaskClient) -> None:
    """Neither kind of token stands in for the other."""
    body = tokens_of(browser, server)

    assert refresh(server, body["access_token"]).status_code == 403
    assert get(server, "/me", body["refresh_token"]).status_code == 401


def test_race_within_the_leeway(provider: Flask, browser: FlaskClient, server: FlaskClient) -> None:
    """Eight simultaneous uses of one refresh token all succeed, each with tokens of its own."""
    token = tokens_of(browser, server)["refresh_token"]
    answers = race(provider, lambda client: dict(refresh(client, token).get_json()))

    assert len({answer["access_token"] for answer in answers}) == 8
    assert all(get(server, "/me", answer["access_token"]).status_code == 200 for answer in answers)


def test_race_after_the_leeway(provider: Flask, browser: FlaskClient, server: FlaskClient, clock: Clock) -> None:
    """Eight simultaneous uses of a refresh token that was used long ago all fail."""
    token = tokens_of(browser, server)["refresh_token"]
    refresh(server, token)
    clock.advance(LEEWAY)

    assert race(provider, lambda client: dict(refresh(client, token).get_json())) == [BAD_REFRESH_TOKEN] * 8
