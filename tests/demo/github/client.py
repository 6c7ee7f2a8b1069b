"""How the tests speak GitHub's dialect: as a browser, and as the application's server."""

from __future__ import annotations

import base64
from typing import Any

from flask.testing import FlaskClient

from tests.demo import client
from tests.demo.client import CLIENT_ID, CLIENT_SECRET, given

AUTHORIZE = "/login/oauth/authorize"
TOKEN = "/login/oauth/access_token"
CALLBACK = "http://localhost:8000/github/callback"
JSON = {"Accept": "application/json"}


def request_of(**changes: str | None) -> dict[str, str]:
    """Return the parameters of an authorization request; None drops one."""
    return given(
        {"client_id": CLIENT_ID, "redirect_uri": CALLBACK, "scope": "user:email", "state": "s t&te", **changes}
    )


def approve(browser: FlaskClient, login: str = "ada-fixture", **changes: str | None) -> str:
    """Sign in on the page and return the code."""
    return client.approve(browser, AUTHORIZE, request_of(**changes), login)


def post(server: FlaskClient, **fields: str | None) -> dict[str, Any]:
    """Send a token request with the application's credentials, and return the JSON answer of status 200."""
    form = given({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **fields})
    response = server.post(TOKEN, data=form, headers=JSON)
    assert response.status_code == 200
    body: dict[str, Any] = response.get_json()
    return body


def exchange(server: FlaskClient, code: str, /, **changes: str | None) -> dict[str, Any]:
    """Exchange a code and return the JSON answer."""
    return post(server, **{"code": code, **changes})


def refresh(server: FlaskClient, refresh_token: str, /, **changes: str | None) -> dict[str, Any]:
    """Exchange a refresh token and return the JSON answer."""
    return post(server, **{"grant_type": "refresh_token", "refresh_token": refresh_token, **changes})


def token_of(browser: FlaskClient, server: FlaskClient, login: str = "ada-fixture", **changes: str | None) -> str:
    """Sign in and return an access token."""
    token: str = exchange(server, approve(browser, login, **changes))["access_token"]
    return token


def basic(client_id: str = CLIENT_ID, client_secret: str = CLIENT_SECRET) -> dict[str, str]:
    """Return the Basic header of the application."""
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()}
