"""T10: a code is presented again by whoever stole it."""

from __future__ import annotations

from tests.support.site import each_store
from tests.support.visitor import Visitor

pytestmark = each_store


def test_t10_replay_kills_the_token_that_was_issued(visitor: Visitor) -> None:
    """A code seen twice has been stolen: all that it gave ends, and the person's other sign-ins go on."""
    client_id = visitor.register(grant_types=["authorization_code", "refresh_token"])["client_id"]
    other = visitor.exchange(client_id, visitor.sign_in(client_id)["code"]).get_json()["access_token"]
    code = visitor.sign_in(client_id)["code"]
    issued = visitor.exchange(client_id, code).get_json()
    alive = visitor.call(issued["access_token"], "ping").status_code
    replay = visitor.exchange(client_id, code)
    dead = visitor.call(issued["access_token"], "ping")

    assert alive == 200
    assert (replay.status_code, replay.get_json().get("error")) == (400, "invalid_grant")
    assert dead.status_code == 401
    assert 'error="invalid_token"' in dead.headers["WWW-Authenticate"]
    assert visitor.refresh(client_id, issued["refresh_token"]).get_json().get("error") == "invalid_grant"
    assert visitor.call(other, "ping").status_code == 200
