"""Clients that nobody uses are forgotten, and learn what to do when they come back."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mxcp_flask.store.sweeping import BATCH
from mxcp_flask.web.housekeeping import EVERY
from tests.contracts.store.samples import CLIENT
from tests.support.clock import Clock
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor

DAY = 86_400
UNUSED, IDLE = DAY, 90 * DAY


@pytest.fixture(params=["memory", "sqlite"])
def auth(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Return an auth section with either store."""
    sqlite = {"type": "sqlite", "path": str(tmp_path / "oauth.db")}
    return github_auth(**({"persistence": sqlite} if request.param == "sqlite" else {}))


@pytest.fixture
def site(tmp_path: Path, auth: dict[str, Any]) -> Site:
    """Return the site."""
    return Site(tmp_path / "site", auth)


def known(visitor: Visitor) -> list[str]:
    """Return the identifiers of the registered clients, after a request that sweeps."""
    visitor.client.post("/token", base_url=visitor.base)
    return [client.client_id for client in visitor.client.application.extensions["mxcp"].oauth.store.list_clients()]


def test_unused_client_is_forgotten_after_a_day(visitor: Visitor, clock: Clock) -> None:
    """A client that nobody signed in with is forgotten after a day, and not before."""
    client_id = visitor.register()["client_id"]
    clock.advance(UNUSED)
    assert known(visitor) == [client_id]
    clock.advance(EVERY)
    assert known(visitor) == []


def test_client_that_only_asked_is_unused(visitor: Visitor, clock: Clock) -> None:
    """An authorization request that nobody answers is no use."""
    client_id = visitor.register()["client_id"]
    assert visitor.ask(visitor.authorization_request(client_id)).status_code == 200
    clock.advance(UNUSED + EVERY)
    assert known(visitor) == []


def test_idle_client_is_forgotten_after_90_days(visitor: Visitor, clock: Clock) -> None:
    """A client whose grants are over is kept for 90 days since its last use."""
    visitor.get_token()
    (client_id,) = known(visitor)
    clock.advance(IDLE)
    assert known(visitor) == [client_id]
    clock.advance(EVERY)
    assert known(visitor) == []


def test_refresh_is_a_use(visitor: Visitor, clock: Clock) -> None:
    """The 90 days count from the last refresh."""
    client_id, tokens = visitor.get_tokens()
    clock.advance(29 * DAY)
    assert visitor.refresh(client_id, tokens["refresh_token"]).status_code == 200
    clock.advance(IDLE)
    assert known(visitor) == [client_id]
    clock.advance(EVERY)
    assert known(visitor) == []


def test_client_with_a_live_grant_stays(site: Site, auth: dict[str, Any], provider: Flask, clock: Clock) -> None:
    """However long it is idle, a client whose person may still refresh is kept."""
    site.configure({**auth, "registration": {"unused_ttl": 60, "idle_ttl": 60}})
    visitor = Visitor(site.app(clock), provider)
    client_id, tokens = visitor.get_tokens()
    clock.advance(29 * DAY)

    assert known(visitor) == [client_id]
    assert visitor.refresh(client_id, tokens["refresh_token"]).status_code == 200


def test_client_whose_person_is_signing_in_stays(
    site: Site, auth: dict[str, Any], provider: Flask, clock: Clock
) -> None:
    """A client is kept while somebody is at its consent page or at the provider."""
    site.configure({**auth, "registration": {"unused_ttl": 60, "idle_ttl": 60}})
    visitor = Visitor(site.app(clock), provider)
    client_id = visitor.register()["client_id"]
    departure = visitor.answer(visitor.ask(visitor.authorization_request(client_id)))
    clock.advance(500)

    assert known(visitor) == [client_id]
    assert visitor.come_back(visitor.meet_provider(departure)).status_code == 302


def test_forgotten_client_is_told_at_the_token_endpoint(visitor: Visitor, clock: Clock) -> None:
    """A client that was forgotten gets the error that makes clients register anew (RFC 6749 §5.2)."""
    client_id, tokens = visitor.get_tokens()
    clock.advance(IDLE + EVERY)
    answer = visitor.refresh(client_id, tokens["refresh_token"])

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")


def test_forgotten_client_is_told_at_the_authorization_endpoint(visitor: Visitor, clock: Clock) -> None:
    """The person sees a page that says what to do, and is not sent anywhere."""
    client_id = visitor.register()["client_id"]
    clock.advance(UNUSED + EVERY)
    page = visitor.ask(visitor.authorization_request(client_id))

    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "Location" not in page.headers
    assert "remove this server and add it again" in page.text


def test_sweeps_are_rare(visitor: Visitor, clock: Clock) -> None:
    """One request in half a minute sweeps."""
    visitor.register()
    clock.advance(UNUSED)
    assert len(known(visitor)) == 1
    clock.advance(EVERY - 1)
    assert len(known(visitor)) == 1
    clock.advance(1)
    assert known(visitor) == []


def test_the_request_deletes_one_batch_and_a_thread_the_rest(visitor: Visitor, clock: Clock) -> None:
    """Whoever comes when there is much to delete must not wait for all of it, and yet it must go."""
    store = visitor.client.application.extensions["mxcp"].oauth.store
    for number in range(5 * BATCH):
        store.add_client(replace(CLIENT, client_id=str(number), issued_at=int(clock())))
    clock.advance(UNUSED + 1)
    known(visitor)
    for thread in threading.enumerate():
        if thread.name == "mxcp-sweep":
            thread.join()

    assert known(visitor) == []
