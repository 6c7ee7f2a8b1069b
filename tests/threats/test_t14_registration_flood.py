"""T14: clients are registered without end."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.oauth.fake_web import URL, Web
from tests.support.clock import Clock
from tests.support.site import Site, github_auth
from tests.support.visitor import BASE, Visitor


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site where two clients may register in an hour from one address, and three in total."""
    return Site(tmp_path / "site", github_auth(registration={"rate_limit": 2, "total_limit": 3}))


def register(app: Flask, address: str) -> TestResponse:
    """Register the same client as ever from ``address``."""
    body = {"redirect_uris": ["https://app.example/cb"], "client_name": "The same"}
    return app.test_client().post("/register", json=body, base_url=BASE, environ_base={"REMOTE_ADDR": address})


def test_t14_one_address_has_its_share(app: Flask) -> None:
    """Who registers too often is told when to come again, and others go on; the same metadata is no same client."""
    answers = [register(app, "192.0.2.1") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[2].get_json().get("error") == "temporarily_unavailable"
    assert 0 < int(answers[2].headers["Retry-After"]) <= 3600
    assert register(app, "192.0.2.2").status_code == 201
    for name in ("client_id", "client_secret"):
        assert answers[0].get_json()[name] != answers[1].get_json()[name]


def test_t14_there_is_an_end_to_it_and_clients_that_nobody_uses_go(app: Flask, clock: Clock) -> None:
    """Many addresses together fill the server up, until what nobody uses is removed."""
    full = [register(app, f"192.0.2.{number}").status_code for number in range(4)]
    clock.advance(86_400 + 1)

    assert full == [201, 201, 201, 429]
    assert register(app, "192.0.2.9").status_code == 201


def test_t14_documents_of_clients_count(visitor: Visitor, app: Flask) -> None:
    """Reading the document of a client that describes itself is counted as its registration."""
    app.extensions["mxcp"].oauth.server.documents.outbound = web = Web()
    for _ in range(2):
        visitor.register()
    answer = visitor.ask(visitor.authorization_request(URL, redirect_uri="https://app.test/callback"))

    assert answer.status_code == 429
    assert web.urls == []
