"""The stand-in remembers consents and codes as GitHub does: a consent for good, a code once."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.demo.approvals import CODE_LIFETIME
from tests.demo.client import race, target
from tests.demo.github.client import AUTHORIZE, CALLBACK, approve, exchange, request_of
from tests.support.clock import Clock


def test_consent_is_remembered(browser: FlaskClient) -> None:
    """A person who has authorized the application is sent back without any page."""
    approve(browser)

    url, query = target(browser.get(AUTHORIZE, query_string=request_of()))
    assert url == CALLBACK
    assert "code" in query


def test_consent_belongs_to_the_person_not_the_browser(provider: Flask, browser: FlaskClient) -> None:
    """Another browser shows the page, as nobody is signed in there; so does another person's first visit."""
    approve(browser)

    assert provider.test_client().get(AUTHORIZE, query_string=request_of()).status_code == 200
    approve(browser, "bo-fixture", scope="read:org")
    assert browser.get(AUTHORIZE, query_string=request_of()).status_code == 200


@pytest.mark.parametrize(
    ("given", "asked", "at_once"),
    [
        ("user:email", "user:email", True),
        ("user:email read:org", "read:org", True),
        ("user", "user:email", True),
        ("user:email", "", True),
        ("user:email", "user:email repo", False),
        ("user:email", "user", False),
    ],
)
def test_more_scopes_need_a_new_consent(browser: FlaskClient, given: str, asked: str, at_once: bool) -> None:
    """Only scopes that were consented to are passed without a page."""
    approve(browser, scope=given)

    response = browser.get(AUTHORIZE, query_string=request_of(scope=asked))
    assert response.status_code == (302 if at_once else 200)


def test_wrong_secret_leaves_the_code(browser: FlaskClient, server: FlaskClient) -> None:
    """Nobody but the application can use up its code."""
    code = approve(browser)
    exchange(server, code, client_secret="wrong")

    assert "access_token" in exchange(server, code)


def test_code_works_once(browser: FlaskClient, server: FlaskClient) -> None:
    """A replayed code is refused."""
    code = approve(browser)
    exchange(server, code)

    assert exchange(server, code)["error"] == "bad_verification_code"


@pytest.mark.parametrize(("age", "accepted"), [(CODE_LIFETIME - 1, True), (CODE_LIFETIME, False)])
def test_code_expires(browser: FlaskClient, server: FlaskClient, clock: Clock, age: int, accepted: bool) -> None:
    """A code lives for ten minutes."""
    code = approve(browser)
    clock.advance(age)

    assert ("access_token" in exchange(server, code)) is accepted


def test_race_on_a_code(provider: Flask, browser: FlaskClient) -> None:
    """Of eight simultaneous exchanges of one code exactly one succeeds."""
    code = approve(browser)

    assert sum("access_token" in answer for answer in race(provider, lambda client: exchange(client, code))) == 1
