"""The stand-in tells who a token speaks for, as Salesforce does."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.demo.client import get
from tests.demo.salesforce.client import ADA, IDENTITY, ORGANIZATION, USERINFO, tokens_of

PATH = f"/id/{ORGANIZATION}/{ADA}"


@pytest.mark.parametrize(
    ("login", "user_id", "name", "email", "verified"),
    [
        ("ada-fixture", "005000000004711AAA", "Ada Fixture", "ada@example.org", True),
        ("bo-fixture", "005000000004712AAA", "Bo Fixture", "bo@example.org", True),
        ("cy-fixture", "005000000004713AAA", "cy-fixture", "cy@example.org", False),
    ],
)
def test_userinfo(
    browser: FlaskClient, server: FlaskClient, login: str, user_id: str, name: str, email: str, verified: bool
) -> None:
    """The IDs have 18 characters; an address may be unverified."""
    body = get(server, USERINFO, tokens_of(browser, server, login)["access_token"]).get_json()

    assert (body["user_id"], body["organization_id"]) == (user_id, ORGANIZATION)
    assert body["sub"] == f"http://localhost/id/{ORGANIZATION}/{user_id}"
    assert (body["preferred_username"], body["nickname"], body["name"]) == (f"{login}@example.org", login, name)
    assert (body["email"], body["email_verified"], body["active"]) == (email, verified, True)


def test_urls_leave_the_version_to_the_reader(browser: FlaskClient, server: FlaskClient) -> None:
    """The API's URL has a place for the version."""
    urls = get(server, USERINFO, tokens_of(browser, server)["access_token"]).get_json()["urls"]

    assert urls == {"custom_domain": "http://localhost", "rest": "http://localhost/services/data/v{version}/"}


def test_userinfo_by_post(browser: FlaskClient, server: FlaskClient) -> None:
    """Userinfo answers a POST like a GET."""
    header = {"Authorization": f"Bearer {tokens_of(browser, server)['access_token']}"}

    assert server.post(USERINFO, headers=header).get_json() == server.get(USERINFO, headers=header).get_json()


def test_identity_url(browser: FlaskClient, server: FlaskClient) -> None:
    """The URL in the token's answer can be followed, and says the same in other words."""
    body = tokens_of(browser, server)
    answer = get(server, body["id"], body["access_token"]).get_json()

    assert answer["id"] == IDENTITY
    assert (answer["username"], answer["nick_name"]) == ("ada-fixture@example.org", "ada-fixture")
    assert (answer["display_name"], answer["user_id"]) == ("Ada Fixture", ADA)


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        (f"/id/00D000000000002EAA/{ADA}", 403, "Wrong_Org"),
        (f"/id/{ORGANIZATION}/005000000004712AAA", 404, "Bad_Id"),
        (f"/id/{ORGANIZATION}/{ADA.lower()}", 404, "Bad_Id"),
    ],
)
def test_another_identity_url(browser: FlaskClient, server: FlaskClient, path: str, status: int, text: str) -> None:
    """Nobody else's identity is told."""
    response = get(server, path, tokens_of(browser, server)["access_token"])

    assert (response.status_code, response.text) == (status, text)


def test_identity_url_takes_no_post(browser: FlaskClient, server: FlaskClient) -> None:
    """A POST is refused although its token is good."""
    header = {"Authorization": f"Bearer {tokens_of(browser, server)['access_token']}"}

    assert server.post(PATH, headers=header).status_code == 403


@pytest.mark.parametrize("path", [USERINFO, PATH])
@pytest.mark.parametrize(
    ("header", "text"),
    [
        ({"Authorization": "Bearer wrong"}, "Bad_OAuth_Token"),
        ({"Authorization": "Bearer "}, "Bad_OAuth_Token"),
        ({"Authorization": "Basic d3Jvbmc6d3Jvbmc="}, "Missing_OAuth_Token"),
        ({}, "Missing_OAuth_Token"),
    ],
)
def test_bad_token(server: FlaskClient, path: str, header: dict[str, str], text: str) -> None:
    """A token that is not ours is 403 with a text, never 401."""
    response = server.get(path, headers=header)

    assert (response.status_code, response.text, response.mimetype) == (403, text, "text/plain")
