"""How the tests speak to the stand-in: as a browser, and as the application's server."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qsl

from flask.testing import FlaskClient

AUTHORIZE = "/login/oauth/authorize"
TOKEN = "/login/oauth/access_token"
CALLBACK = "http://localhost:8000/github/callback"
CLIENT_ID = "client-fixture"
CLIENT_SECRET = "secret-fixture"
VERIFIER = "verifier-fixture-that-is-at-least-43-characters-long"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
JSON = {"Accept": "application/json"}


class Clock:
    """A clock that the test moves."""

    now = 1_000_000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.now


def request_of(**changes: str | None) -> dict[str, str]:
    """Return the parameters of an authorization request; None drops one."""
    given: dict[str, str | None] = {
        "client_id": CLIENT_ID,
        "redirect_uri": CALLBACK,
        "scope": "user:email",
        "state": "s t&te",
    }
    return {name: value for name, value in (given | changes).items() if value is not None}


def target(response: Any) -> tuple[str, dict[str, str]]:
    """Return where a redirect goes: the URL without its query, and the query."""
    assert response.status_code == 302
    url, _, query = response.headers["Location"].partition("?")
    return url, dict(parse_qsl(query, strict_parsing=True))


def approve(browser: FlaskClient, login: str = "ada-fixture", **changes: str | None) -> str:
    """Sign in on the page and return the code."""
    answer = {"login": login, "decision": "approve"}
    return target(browser.post(AUTHORIZE, query_string=request_of(**changes), data=answer))[1]["code"]


def exchange(server: FlaskClient, code: str, /, **changes: str | None) -> dict[str, Any]:
    """Exchange a code and return the JSON answer, whose status is always 200."""
    given: dict[str, str | None] = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "code": code}
    form = {name: value for name, value in (given | changes).items() if value is not None}
    response = server.post(TOKEN, data=form, headers=JSON)
    assert response.status_code == 200
    body: dict[str, Any] = response.get_json()
    return body


def token_of(browser: FlaskClient, server: FlaskClient, login: str = "ada-fixture", **changes: str | None) -> str:
    """Sign in and return an access token."""
    token: str = exchange(server, approve(browser, login, **changes))["access_token"]
    return token


def get(server: FlaskClient, path: str, token: str, scheme: str = "Bearer") -> Any:
    """Ask the API with a token."""
    return server.get(path, headers={"Authorization": f"{scheme} {token}"})


def basic(client_id: str = CLIENT_ID, client_secret: str = CLIENT_SECRET) -> dict[str, str]:
    """Return the Basic header of the application."""
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()}
