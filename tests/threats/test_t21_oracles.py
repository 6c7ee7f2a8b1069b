"""T21: answers tell a stranger, by their words or their time, what exists."""

from __future__ import annotations

from werkzeug.test import TestResponse

from mxcp_flask.digests import digest
from mxcp_flask.oauth.tokens import LEEWAY
from tests.support.clock import Clock
from tests.support.visitor import BASE, Visitor


def test_t21_failed_authentication_looks_the_same(visitor: Visitor) -> None:
    """A client that does not exist, a wrong secret and a missing one are answered alike at all three endpoints."""
    client_id = visitor.register(token_endpoint_auth_method="client_secret_post")["client_id"]
    attempts = [{"client_id": "nobody", "client_secret": "wrong"}, {"client_id": client_id, "client_secret": "wrong"}]
    attempts += [{"client_id": "nobody"}, {"client_id": client_id}]
    answers = {
        (answer.status_code, answer.text, answer.headers.get("WWW-Authenticate", "None"))
        for path in ("/token", "/revoke", "/introspect")
        for attempt in attempts
        for answer in [visitor.client.post(path, data={"grant_type": "refresh_token", **attempt}, base_url=BASE)]
    }

    assert len({text for _, text, _ in answers}) == 1
    assert {(status, challenge.split()[0]) for status, _, challenge in answers} == {(401, "Basic")}


def test_t21_introspection_says_nothing_of_what_is_not_active(visitor: Visitor, clock: Clock) -> None:
    """A token that never was, has ended, or is another client's is not active, and that is all that is said."""
    registered = visitor.register(token_endpoint_auth_method="client_secret_post")
    proof = {name: registered[name] for name in ("client_id", "client_secret")}
    code = visitor.sign_in(proof["client_id"])["code"]
    mine = visitor.exchange(code=code, **proof).get_json()["access_token"]
    theirs = visitor.get_token("bo-fixture")

    def introspect(token: str) -> TestResponse:
        return visitor.client.post("/introspect", data={**proof, "token": token}, base_url=BASE)

    assert introspect(mine).get_json()["active"] is True
    assert [introspect(token).get_json() for token in (theirs, "mx_at_unknown")] == [{"active": False}] * 2
    clock.advance(3600 + LEEWAY)
    assert introspect(mine).get_json() == {"active": False}


def test_t21_digests_are_no_secrets(visitor: Visitor) -> None:
    """The store looks secrets up by digests, which nobody can choose; a digest, or a code as a token, opens nothing."""
    client_id = visitor.register()["client_id"]
    code = visitor.sign_in(client_id)["code"]
    assert visitor.exchange(client_id, digest(code)).get_json().get("error") == "invalid_grant"

    token = visitor.exchange(client_id, code).get_json()["access_token"]
    assert [visitor.call(value, "ping").status_code for value in (code, digest(token), client_id)] == [401] * 3
    assert visitor.call(token, "ping").status_code == 200
