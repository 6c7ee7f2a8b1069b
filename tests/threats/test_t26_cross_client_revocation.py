"""T26: a client, or a person on `/account`, ends what is not theirs, or what was ended works on."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.account import enter, press
from tests.support.clock import Clock
from tests.support.site import each_store
from tests.support.visitor import Visitor

pytestmark = each_store


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


def test_t26_account_page_ends_nothing_of_others(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """On the account page a person ends what they gave themselves, whatever client the form names."""
    client_id, tokens = visitor.get_tokens()
    bo = Visitor(app, provider)
    enter(bo, "bo-fixture")
    press(bo, "end", client=client_id)
    press(bo, "end_all")

    assert visitor.call(tokens["access_token"], "ping").status_code == 200


def test_t26_nothing_is_left_of_a_visit(visitor: Visitor, provider: Flask) -> None:
    """The provider's token of a sign-in for the account page is ended there; it would outlive the page."""
    enter(visitor)

    assert ("DELETE", "/applications/gh-client-id/token") in provider.config["LOG"]
