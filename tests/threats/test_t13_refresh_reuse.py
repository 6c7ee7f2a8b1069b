"""T13: a refresh token is used by whoever stole it, beside its owner."""

from __future__ import annotations

from tests.support.clock import Clock
from tests.support.site import each_store
from tests.support.visitor import Visitor

GRACE = 30
pytestmark = each_store


def test_t13_reuse_after_the_grace_period_kills_the_family(visitor: Visitor, clock: Clock) -> None:
    """A refresh token that is presented again later ends every token that came from its grant."""
    client_id, first = visitor.get_tokens()
    second = visitor.refresh(client_id, first["refresh_token"]).get_json()
    clock.advance(GRACE)
    alive = visitor.call(second["access_token"], "ping").status_code

    assert alive == 200
    assert visitor.refresh(client_id, first["refresh_token"]).get_json().get("error") == "invalid_grant"
    assert visitor.call(first["access_token"], "ping").status_code == 401
    assert visitor.call(second["access_token"], "ping").status_code == 401
    assert visitor.refresh(client_id, second["refresh_token"]).get_json().get("error") == "invalid_grant"


def test_t13_parallel_refresh_within_the_grace_period_is_no_attack(visitor: Visitor, clock: Clock) -> None:
    """A lost answer may be asked for again, and both answers work."""
    client_id, first = visitor.get_tokens()
    lost = visitor.refresh(client_id, first["refresh_token"]).get_json()
    clock.advance(GRACE - 1)
    again = visitor.refresh(client_id, first["refresh_token"]).get_json()

    assert visitor.call(lost["access_token"], "ping").status_code == 200
    assert visitor.call(again["access_token"], "ping").status_code == 200
    assert visitor.refresh(client_id, lost["refresh_token"]).status_code == 200
    assert visitor.refresh(client_id, again["refresh_token"]).status_code == 200


def test_t13_refresh_is_bound_to_its_client(visitor: Visitor) -> None:
    """Another client cannot use a refresh token, nor end its grant by trying."""
    client_id, tokens = visitor.get_tokens()
    other = visitor.register(grant_types=["authorization_code", "refresh_token"])["client_id"]

    assert visitor.refresh(other, tokens["refresh_token"]).get_json().get("error") == "invalid_grant"
    assert visitor.call(tokens["access_token"], "ping").status_code == 200
    assert visitor.refresh(client_id, tokens["refresh_token"]).status_code == 200
