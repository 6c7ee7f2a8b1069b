"""The stand-in ends tokens, and tells which are active, as Salesforce does."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.demo.salesforce.token import SESSION_TIMEOUT
from tests.demo.client import CLIENT_ID, get
from tests.demo.salesforce.client import IDENTITY, INTROSPECT, REVOKE, USERINFO, post, refresh, tokens_of
from tests.support.clock import Clock

# Revocation.


def test_revoked_refresh_token_takes_its_access_tokens_along(browser: FlaskClient, server: FlaskClient) -> None:
    """All that came from the same sign-in ends, and nothing of another sign-in."""
    first, other = tokens_of(browser, server), tokens_of(browser, server)
    second = refresh(server, first["refresh_token"]).get_json()

    assert server.post(REVOKE, data={"token": first["refresh_token"]}).status_code == 200
    assert refresh(server, first["refresh_token"]).status_code == 400
    for body, status in ((first, 403), (second, 403), (other, 200)):
        assert get(server, USERINFO, body["access_token"]).status_code == status


def test_revoked_access_token_goes_alone(browser: FlaskClient, server: FlaskClient) -> None:
    """The refresh token stays usable."""
    body = tokens_of(browser, server)

    assert server.post(REVOKE, data={"token": body["access_token"]}).status_code == 200
    assert get(server, USERINFO, body["access_token"]).status_code == 403
    assert refresh(server, body["refresh_token"]).status_code == 200


@pytest.mark.parametrize("form", [{"token": "wrong"}, {"token": ""}, {}])
def test_unknown_token_cannot_be_revoked(server: FlaskClient, form: dict[str, str]) -> None:
    """Unlike RFC 7009 says, an unknown token is an error."""
    response = server.post(REVOKE, data=form)

    assert response.status_code == 400
    assert response.get_json()["error"] == "invalid_token"


# Introspection.


def test_active_access_token(browser: FlaskClient, server: FlaskClient, clock: Clock) -> None:
    """Only introspection tells when an access token ends."""
    token = tokens_of(browser, server)["access_token"]
    now = int(clock())

    assert post(server, INTROSPECT, token=token).get_json() == {
        "active": True,
        "client_id": CLIENT_ID,
        "exp": now + 7200,
        "iat": now,
        "nbf": now,
        "scope": "api openid refresh_token",
        "sub": IDENTITY,
        "token_type": "access_token",
        "username": "ada-fixture@example.org",
    }


def test_active_refresh_token(browser: FlaskClient, server: FlaskClient) -> None:
    """A refresh token is active and has no end."""
    body = post(server, INTROSPECT, token=tokens_of(browser, server)["refresh_token"]).get_json()

    assert (body["active"], body["token_type"]) == (True, "refresh_token")
    assert "exp" not in body


def test_inactive_tokens(provider: Flask, browser: FlaskClient, server: FlaskClient, clock: Clock) -> None:
    """Of a token that is unknown, expired or used up nothing is told."""
    provider.config["ROTATING"] = True
    body = tokens_of(browser, server)
    refresh(server, body["refresh_token"])
    clock.advance(SESSION_TIMEOUT)

    for token in ("wrong", None, body["access_token"], body["refresh_token"]):
        assert post(server, INTROSPECT, token=token).get_json() == {"active": False}


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"client_id": None}, "invalid_client_id"), ({"client_secret": "wrong"}, "invalid_client")],
)
def test_introspection_needs_the_application(
    browser: FlaskClient, server: FlaskClient, changes: dict[str, str | None], error: str
) -> None:
    """Nobody else learns about a token."""
    token = tokens_of(browser, server)["access_token"]
    response = post(server, INTROSPECT, **{"token": token, **changes})

    assert response.status_code == 400
    assert response.get_json()["error"] == error
