"""T26: a client, or a person on `/account`, ends what is not theirs, or what was ended works on."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.support.account import enter, press
from tests.support.clock import Clock
from tests.support.site import Site, each_store, github_auth
from tests.support.visitor import Visitor


@each_store
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "nonsense"])
def test_t26_revocation_is_complete(visitor: Visitor, kind: str, hint: str | None) -> None:
    """Revoking either token ends both, at once, whatever the hint says."""
    client_id, tokens = visitor.get_tokens()
    form = {"client_id": client_id, "token": tokens[kind], **({"token_type_hint": hint} if hint else {})}
    answer = visitor.client.post("/revoke", data=form, base_url=visitor.base)

    assert (answer.status_code, answer.get_json()) == (200, {})
    assert visitor.call(tokens["access_token"], "ping").status_code == 401
    assert visitor.refresh(client_id, tokens["refresh_token"]).get_json().get("error") == "invalid_grant"


@each_store
def test_t26_what_is_not_the_clients_stays(visitor: Visitor) -> None:
    """Another client's token, of either kind, or none at all, gets the same answer, and nothing ends."""
    client_id, tokens = visitor.get_tokens()
    other = visitor.register()["client_id"]
    for token in (tokens["access_token"], tokens["refresh_token"], "mx_at_unknown"):
        form = {"client_id": other, "token": token}
        answer = visitor.client.post("/revoke", data=form, base_url=visitor.base)
        assert (answer.status_code, answer.get_json()) == (200, {})

    assert visitor.call(tokens["access_token"], "ping").status_code == 200
    assert visitor.refresh(client_id, tokens["refresh_token"]).status_code == 200


@each_store
def test_t26_person_is_signed_out_everywhere(visitor: Visitor, app: Flask, clock: Clock) -> None:
    """What ``mxcp auth revoke --person`` calls ends all tokens of that person, and nobody else's."""
    gone = [visitor.get_tokens("ada-fixture") for _ in range(2)]
    stays = Visitor(app, visitor.at_provider.application).get_tokens("bo-fixture")[1]
    store = app.extensions["mxcp"].oauth.store

    assert store.revoke_grants(int(clock()), subject="github:4711") == 2
    for client_id, tokens in gone:
        assert visitor.call(tokens["access_token"], "ping").status_code == 401
        assert visitor.refresh(client_id, tokens["refresh_token"]).get_json().get("error") == "invalid_grant"
    assert visitor.call(stays["access_token"], "ping").status_code == 200


def test_t26_revoked_by_another_process(tmp_path: Path, provider: Flask, clock: Clock) -> None:
    """What a worker found of a token counts for nothing once anybody else has ended its grant in the shared state."""
    site = Site(tmp_path / "site", github_auth(persistence={"type": "sqlite", "path": str(tmp_path / "oauth.db")}))
    one, other = site.app(clock), site.app(clock)
    visitor, stays = Visitor(one, provider), Visitor(one, provider).get_token("bo-fixture")
    token = visitor.get_token()
    assert {visitor.call(token, "ping").status_code for _ in range(7)} == {200}  # the last ones write nothing
    other.extensions["mxcp"].oauth.store.revoke_grants(int(clock()), subject="github:4711")

    assert visitor.call(token, "ping").status_code == 401
    assert visitor.call(stays, "ping").status_code == 200
    for app in (one, other):
        app.extensions["mxcp"].oauth.store.close()


def test_t26_revoked_by_this_process(tmp_path: Path, provider: Flask, clock: Clock) -> None:
    """Nor once this worker has ended it itself, on the very connection that found it."""
    site = Site(tmp_path / "site", github_auth(persistence={"type": "sqlite", "path": str(tmp_path / "oauth.db")}))
    app = site.app(clock)
    visitor = Visitor(app, provider)
    token = visitor.get_token()
    assert {visitor.call(token, "ping").status_code for _ in range(7)} == {200}
    app.extensions["mxcp"].oauth.store.revoke_grants(int(clock()), subject="github:4711")

    assert visitor.call(token, "ping").status_code == 401
    app.extensions["mxcp"].oauth.store.close()


@each_store
def test_t26_account_page_ends_nothing_of_others(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """On the account page a person ends what they gave themselves, whatever client the form names."""
    client_id, tokens = visitor.get_tokens()
    bo = Visitor(app, provider)
    enter(bo, "bo-fixture")
    press(bo, "end", client=client_id)
    press(bo, "end_all")

    assert visitor.call(tokens["access_token"], "ping").status_code == 200


@each_store
def test_t26_nothing_is_left_of_a_visit(visitor: Visitor, provider: Flask) -> None:
    """The provider's token of a sign-in for the account page is ended there; it would outlive the page."""
    enter(visitor)

    assert ("DELETE", "/applications/gh-client-id/token") in provider.config["LOG"]
