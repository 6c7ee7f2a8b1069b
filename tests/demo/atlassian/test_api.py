"""The stand-in tells who a token speaks for, and at which sites, as Atlassian does."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.demo.atlassian.client import tokens_of
from tests.demo.client import get

RESOURCES = "/oauth/token/accessible-resources"


@pytest.mark.parametrize(
    ("login", "account_id", "name", "status"),
    [
        ("ada-fixture", "557058:fixture-4711", "Ada Fixture", "active"),
        ("cy-fixture", "557058:fixture-4713", "cy-fixture", "active"),
        ("dee-fixture", "557058:fixture-4714", "Dee Fixture", "inactive"),
    ],
)
def test_me(browser: FlaskClient, server: FlaskClient, login: str, account_id: str, name: str, status: str) -> None:
    """The profile has Atlassian's fields; an account may be inactive."""
    body = get(server, "/me", tokens_of(browser, server, login)["access_token"]).get_json()

    assert (body["account_id"], body["name"], body["nickname"]) == (account_id, name, login)
    assert (body["account_type"], body["account_status"]) == ("atlassian", status)


@pytest.mark.parametrize(
    ("login", "email"), [("ada-fixture", "ada@example.org"), ("bo-fixture", "bo@example.org"), ("cy-fixture", None)]
)
def test_email_may_be_absent(browser: FlaskClient, server: FlaskClient, login: str, email: str | None) -> None:
    """A hidden address is no key at all, rather than null."""
    body = get(server, "/me", tokens_of(browser, server, login)["access_token"]).get_json()

    assert body.get("email") == email
    assert ("email" in body) is (email is not None)


def test_me_needs_its_scope(browser: FlaskClient, server: FlaskClient) -> None:
    """Without read:me the profile is forbidden."""
    token = tokens_of(browser, server, scope="read:jira-work")["access_token"]

    assert get(server, "/me", token).status_code == 403


@pytest.mark.parametrize("path", ["/me", RESOURCES])
@pytest.mark.parametrize(
    "header",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}, {"Authorization": "token wrong"}],
)
def test_unauthorized(server: FlaskClient, path: str, header: dict[str, str]) -> None:
    """A token that is not ours is 401 in JSON."""
    response = server.get(path, headers=header)

    assert response.status_code == 401
    assert response.get_json() == {"code": 401, "message": "Unauthorized"}


@pytest.mark.parametrize(
    ("login", "names"),
    [
        ("ada-fixture", ["observatory", "observatory"]),
        ("bo-fixture", ["observatory", "observatory", "planetarium", "planetarium"]),
        ("cy-fixture", []),
    ],
)
def test_sites(browser: FlaskClient, server: FlaskClient, login: str, names: list[str]) -> None:
    """A site is listed once for each product, with the same id; a guest has none."""
    body = get(server, RESOURCES, tokens_of(browser, server, login)["access_token"]).get_json()

    assert [entry["name"] for entry in body] == names
    assert len({entry["id"] for entry in body}) == len(set(names))
    assert all(entry.keys() == {"id", "name", "url", "scopes", "avatarUrl"} for entry in body)
    assert all(entry["url"] == f"https://{entry['name']}.atlassian.net" for entry in body)


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [
        ("read:me read:jira-work write:jira-work", [["read:jira-work", "write:jira-work"]]),
        ("read:jira-work read:confluence-user", [["read:jira-work"], ["read:confluence-user"]]),
        ("read:me", []),
    ],
)
def test_sites_follow_the_scopes(
    browser: FlaskClient, server: FlaskClient, scope: str, scopes: list[list[str]]
) -> None:
    """A product is listed only with scopes of it."""
    body = get(server, RESOURCES, tokens_of(browser, server, scope=scope)["access_token"]).get_json()

    assert [entry["scopes"] for entry in body] == scopes
