"""T12: a stolen code is redeemed without the PKCE verifier, or PKCE is talked out of the server."""

from __future__ import annotations

import pytest

from mxcp_flask.digests import s256
from tests.support.visitor import Visitor, query

AUTH_METHODS = pytest.mark.parametrize("method", ["none", "client_secret_post"])


@AUTH_METHODS
def test_t12_no_sign_in_without_a_challenge(visitor: Visitor, method: str) -> None:
    """Without a challenge, or with a plain one, no client gets as far as the consent page."""
    client_id = visitor.register(token_endpoint_auth_method=method)["client_id"]
    changes: list[dict[str, str | None]] = [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
    ]
    answers = [visitor.ask(visitor.authorization_request(client_id, **change)) for change in changes]

    assert [query(answer.location).get("error") for answer in answers] == ["invalid_request"] * 4


@AUTH_METHODS
def test_t12_no_token_without_the_verifier(visitor: Visitor, method: str) -> None:
    """Without the verifier no client gets a token, whatever it sends in its place, and none by trying again."""
    client = visitor.register(token_endpoint_auth_method=method)
    client_id, secret = client["client_id"], client.get("client_secret")
    for guess in (None, "", "wrong", s256("the challenge")):
        code = visitor.sign_in(client_id)["code"]
        wrong = visitor.exchange(client_id, code, client_secret=secret, code_verifier=guess)
        right = visitor.exchange(client_id, code, client_secret=secret)

        assert (wrong.status_code, wrong.get_json().get("error")) == (400, "invalid_grant")
        assert (right.status_code, right.get_json().get("error")) == (400, "invalid_grant")
