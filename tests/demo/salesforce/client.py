"""How the tests speak Salesforce's dialect: as a browser, and as the app's server."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.demo import client
from tests.demo.client import CLIENT_ID, CLIENT_SECRET, given

AUTHORIZE = "/services/oauth2/authorize"
TOKEN = "/services/oauth2/token"
REVOKE = "/services/oauth2/revoke"
INTROSPECT = "/services/oauth2/introspect"
USERINFO = "/services/oauth2/userinfo"
CALLBACK = "http://localhost:8000/salesforce/callback"
ORGANIZATION = "00D000000000001EAA"
ADA = "005000000004711AAA"
IDENTITY = f"http://localhost/id/{ORGANIZATION}/{ADA}"


def request_of(**changes: str | None) -> dict[str, str]:
    """Return the parameters of an authorization request; None drops one."""
    return given(
        {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": CALLBACK,
            "scope": "api refresh_token openid",
            "state": "s t&te",
            **changes,
        }
    )


def approve(browser: FlaskClient, login: str = "ada-fixture", **changes: str | None) -> str:
    """Sign in on the page and return the code."""
    return client.approve(browser, AUTHORIZE, request_of(**changes), login)


def post(server: FlaskClient, url: str = TOKEN, /, **fields: str | None) -> Any:
    """Send a form with the app's credentials."""
    return server.post(url, data=given({"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **fields}))


def exchange(server: FlaskClient, code: str, /, **changes: str | None) -> Any:
    """Exchange a code."""
    return post(server, **{"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, **changes})


def refresh(server: FlaskClient, refresh_token: str, /, **changes: str | None) -> Any:
    """Exchange a refresh token."""
    return post(server, **{"grant_type": "refresh_token", "refresh_token": refresh_token, **changes})


def tokens_of(
    browser: FlaskClient, server: FlaskClient, login: str = "ada-fixture", **changes: str | None
) -> dict[str, Any]:
    """Sign in and return the answer of the token endpoint."""
    body: dict[str, Any] = exchange(server, approve(browser, login, **changes)).get_json()
    return body
