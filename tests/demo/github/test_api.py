"""The stand-in tells who a token speaks for, and ends tokens, as GitHub does."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.demo.client import CLIENT_ID, get, target
from tests.demo.github.client import AUTHORIZE, approve, basic, exchange, request_of, token_of


@pytest.mark.parametrize("scheme", ["Bearer", "token", "bearer"])
def test_user(browser: FlaskClient, server: FlaskClient, scheme: str) -> None:
    """The profile has GitHub's fields, and the header says what the token may do."""
    response = get(server, "/user", token_of(browser, server, scope="read:org user:email"), scheme)

    body = response.get_json()
    assert (body["login"], body["id"], body["name"], body["type"]) == ("ada-fixture", 4711, "Ada Fixture", "User")
    assert body["email"] is None
    assert response.headers["X-OAuth-Scopes"] == "read:org, user:email"


@pytest.mark.parametrize(
    ("login", "name", "email"),
    [("ada-fixture", "Ada Fixture", None), ("bo-fixture", "Bo Fixture", "bo@example.org"), ("cy-fixture", None, None)],
)
def test_profiles_differ(
    browser: FlaskClient, server: FlaskClient, login: str, name: str | None, email: str | None
) -> None:
    """Names and public addresses may be missing."""
    body = get(server, "/user", token_of(browser, server, login)).get_json()

    assert (body["login"], body["name"], body["email"]) == (login, name, email)


@pytest.mark.parametrize(
    ("login", "primary_and_verified", "count"),
    [("ada-fixture", ["ada@example.org"], 2), ("bo-fixture", ["bo@example.org"], 2), ("cy-fixture", [], 1)],
)
def test_emails(
    browser: FlaskClient, server: FlaskClient, login: str, primary_and_verified: list[str], count: int
) -> None:
    """The list holds every address, at most one of them primary and verified."""
    body = get(server, "/user/emails", token_of(browser, server, login)).get_json()

    assert len(body) == count
    assert [entry["email"] for entry in body if entry["primary"] and entry["verified"]] == primary_and_verified
    assert all(set(entry) == {"email", "primary", "verified", "visibility"} for entry in body)


@pytest.mark.parametrize(("scope", "status"), [("user:email", 200), ("user", 200), ("read:org", 404), ("", 404)])
def test_emails_need_their_scope(browser: FlaskClient, server: FlaskClient, scope: str, status: int) -> None:
    """Without user:email the list is not found, as at GitHub."""
    response = get(server, "/user/emails", token_of(browser, server, scope=scope))

    assert response.status_code == status
    assert status == 200 or response.get_json()["message"] == "Not Found"


@pytest.mark.parametrize(
    ("login", "expected"), [("ada-fixture", ["observatory"]), ("bo-fixture", []), ("cy-fixture", [])]
)
def test_organizations(browser: FlaskClient, server: FlaskClient, login: str, expected: list[str]) -> None:
    """A person may be in organizations, or in none."""
    response = get(server, "/user/orgs", token_of(browser, server, login, scope="read:org"))

    assert [entry["login"] for entry in response.get_json()] == expected
    assert response.headers["X-OAuth-Scopes"] == "read:org"


@pytest.mark.parametrize(("scope", "status"), [("read:org", 200), ("user", 200), ("user:email", 403), ("", 403)])
def test_organizations_need_their_scope(browser: FlaskClient, server: FlaskClient, scope: str, status: int) -> None:
    """Without read:org the list is forbidden."""
    response = get(server, "/user/orgs", token_of(browser, server, scope=scope))

    assert response.status_code == status
    assert status == 200 or response.get_json()["status"] == "403"


def test_no_scope_means_what_was_consented_to(browser: FlaskClient, server: FlaskClient) -> None:
    """A request without scope gets all that the person has let the application have."""
    approve(browser, scope="user:email")
    approve(browser, scope="read:org")

    code = target(browser.get(AUTHORIZE, query_string=request_of(scope=None)))[1]["code"]
    assert exchange(server, code)["scope"] == "read:org,user:email"


@pytest.mark.parametrize("path", ["/user", "/user/emails", "/user/orgs"])
@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"Authorization": "Bearer wrong"}, "Bad credentials"),
        ({"Authorization": "Bearer "}, "Bad credentials"),
        ({"Authorization": "Basic d3Jvbmc6d3Jvbmc="}, "Requires authentication"),
        ({}, "Requires authentication"),
    ],
)
def test_bad_credentials(server: FlaskClient, path: str, header: dict[str, str], message: str) -> None:
    """A token that is not ours is 401 with GitHub's body."""
    response = server.get(path, headers=header)

    assert response.status_code == 401
    assert response.get_json() == {
        "message": message,
        "documentation_url": "https://docs.github.com/rest",
        "status": "401",
    }


@pytest.mark.parametrize("path", ["/user", "/user/emails", "/user/orgs"])
def test_user_agent_is_required(browser: FlaskClient, server: FlaskClient, path: str) -> None:
    """A request that does not say who sends it is refused with text, before its token is looked at."""
    token = token_of(browser, server)
    response = server.get(path, headers={"Authorization": f"Bearer {token}", "User-Agent": ""})

    assert response.status_code == 403
    assert response.mimetype == "text/plain"


# Revocation.


def test_revocation_ends_the_token_but_not_the_consent(browser: FlaskClient, server: FlaskClient) -> None:
    """A revoked token is refused; other tokens and the consent stay."""
    revoked, other = token_of(browser, server), token_of(browser, server)
    path = f"/applications/{CLIENT_ID}/token"

    assert server.delete(path, json={"access_token": revoked}, headers=basic()).status_code == 204
    assert get(server, "/user", revoked).status_code == 401
    assert get(server, "/user", other).status_code == 200
    assert server.delete(path, json={"access_token": revoked}, headers=basic()).status_code == 404
    assert browser.get(AUTHORIZE, query_string=request_of()).status_code == 302


@pytest.mark.parametrize(
    "headers", [{}, basic(client_secret="wrong"), basic(client_id="wrong"), {"Authorization": "Bearer x"}]
)
def test_revocation_needs_the_application(browser: FlaskClient, server: FlaskClient, headers: dict[str, str]) -> None:
    """Nobody else can end a token, nor learn that it exists."""
    token = token_of(browser, server)
    response = server.delete(f"/applications/{CLIENT_ID}/token", json={"access_token": token}, headers=headers)

    assert response.status_code == 404
    assert get(server, "/user", token).status_code == 200


@pytest.mark.parametrize("body", [None, [], {}, {"access_token": 1}])
def test_revocation_needs_a_token(server: FlaskClient, body: Any) -> None:
    """A body without a token is 422."""
    response = server.delete(f"/applications/{CLIENT_ID}/token", json=body, headers=basic())

    assert response.status_code == 422
