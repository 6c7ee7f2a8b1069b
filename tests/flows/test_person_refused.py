"""Somebody who may not come in: the person is told why, and the client that it was refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support import state
from tests.support.clock import Clock
from tests.support.site import Site, github_auth
from tests.support.visitor import BASE, REDIRECT_URI, Visitor, link_of, query

ONLY_BO = {"allow": {"users": ["bo-fixture"]}}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site that lets one person in."""
    return Site(tmp_path / "site", github_auth(authorization=ONLY_BO))


def refused(visitor: Visitor, redirect_uri: str = REDIRECT_URI) -> TestResponse:
    """Sign in as somebody else, and return where the browser ends."""
    client_id = visitor.register(redirect_uris=[redirect_uri])["client_id"]
    page = visitor.ask(visitor.authorization_request(client_id, redirect_uri=redirect_uri))
    return visitor.come_back(visitor.meet_provider(visitor.answer(page)))


def test_page(visitor: Visitor) -> None:
    """The person sees a page that names the account, says what to do, and leads back by a link, never by itself."""
    page = refused(visitor)

    assert (page.status_code, page.mimetype) == (403, "text/html")
    assert "You are signed in as ada-fixture, who may not use this server." in page.text
    assert "another account at GitHub" in page.text
    assert "Refresh" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert "Location" not in page.headers


@pytest.mark.parametrize(
    "redirect_uri", [REDIRECT_URI, "https://app.example/callback?a=1&b=%22", "cursor://anysphere.cursor-mcp/callback"]
)
def test_client_is_told(visitor: Visitor, redirect_uri: str) -> None:
    """The way back leads to the client's own URI, with access_denied, its state and our issuer, and no code."""
    location = link_of(refused(visitor, redirect_uri))

    assert location.startswith(redirect_uri)
    answer = query(location)
    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", visitor.state, BASE)
    assert answer["error_description"] == "This person may not use this server."
    assert "code" not in answer


def test_nothing_is_left(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """No grant and no provider's token is kept, and the same browser may sign in with another account."""
    refused(visitor)
    assert state.grants(app) == state.codes(app) == []
    visitor.at_provider = provider.test_client()

    assert visitor.whoami(visitor.get_token("bo-fixture")) == "bo-fixture"


def test_callback_works_once(visitor: Visitor) -> None:
    """Who reloads the page is not signed in by it, and not asked for at the provider again."""
    page = refused(visitor)
    again = visitor.come_back(page.request.full_path)

    assert (again.status_code, link_of(again)) == (400, "")
    assert "Refresh" not in again.headers


def test_person_without_any_scope(tmp_path: Path, provider: Flask, clock: Clock) -> None:
    """Who may have none of the scopes that were asked for is turned away in the same manner."""
    site = Site(tmp_path / "other", github_auth(authorization={"scope_grants": {"mxcp:access": ONLY_BO["allow"]}}))
    page = refused(Visitor(site.app(clock), provider))

    assert page.status_code == 403
    assert query(link_of(page))["error"] == "access_denied"


@pytest.fixture
def lasting(tmp_path: Path) -> dict[str, Any]:
    """Return the part of an auth section that keeps state and audit."""
    sqlite = {"type": "sqlite", "path": str(tmp_path / "oauth.db")}
    return {"persistence": sqlite, "audit": {"path": str(tmp_path / "audit.jsonl")}}


@pytest.mark.parametrize("now", [ONLY_BO, {"scope_grants": {"mxcp:access": ONLY_BO["allow"]}}])
def test_person_who_may_not_come_in_any_more(
    tmp_path: Path, provider: Flask, clock: Clock, lasting: dict[str, Any], now: dict[str, Any]
) -> None:
    """Who is taken off the lists is out when the server starts anew: a refresh ends the grant for good."""
    site = Site(tmp_path / "other", github_auth(**lasting))
    client_id, tokens = Visitor(site.app(clock), provider).get_tokens()
    site.configure(github_auth(**lasting, authorization=now))
    answer = Visitor(site.app(clock), provider).refresh(client_id, tokens["refresh_token"])

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")
    last = json.loads((tmp_path / "audit.jsonl").read_text().splitlines()[-1])
    assert (last["event"], last["subject"]) == ("person_refused", "github:4711")
    assert last["reason"] == "the person may not come in any more"
    site.configure(github_auth(**lasting))
    assert Visitor(site.app(clock), provider).call(tokens["access_token"], "ping").status_code == 401


def test_token_of_who_may_not_come_in_any_more(
    tmp_path: Path, provider: Flask, clock: Clock, lasting: dict[str, Any]
) -> None:
    """An access token of somebody who was taken off the list is dead without any refresh."""
    site = Site(tmp_path / "other", github_auth(**lasting))
    token = Visitor(site.app(clock), provider).get_token()
    site.configure(github_auth(**lasting, authorization=ONLY_BO))

    assert Visitor(site.app(clock), provider).call(token, "ping").status_code == 401


def test_person_who_lost_one_scope(tmp_path: Path, provider: Flask, clock: Clock, lasting: dict[str, Any]) -> None:
    """A refresh gives what the person still may have; one for the lost scope alone is refused and ends nothing."""
    site = Site(tmp_path / "other", github_auth(**lasting))
    client_id, tokens = Visitor(site.app(clock), provider).get_tokens(scope="mxcp:access mxcp:admin")
    site.configure(github_auth(**lasting, authorization={"scope_grants": {"mxcp:admin": ONLY_BO["allow"]}}))
    visitor = Visitor(site.app(clock), provider)
    lost = visitor.refresh(client_id, tokens["refresh_token"], scope="mxcp:admin")
    left = visitor.refresh(client_id, tokens["refresh_token"])

    assert (lost.status_code, lost.get_json()["error"]) == (400, "invalid_scope")
    assert (left.status_code, left.get_json()["scope"]) == (200, "mxcp:access")
