"""Attacks on authorization codes: stolen, and without their PKCE verifier; T10 and T11 are in tests/threats."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from mxcp_flask.digests import new_secret, s256
from tests.support.site import each_store
from tests.support.visitor import REDIRECT_URI, Visitor, query

AUTH_METHODS = ["none", "client_secret_post"]
pytestmark = each_store


def register(visitor: Visitor, method: str) -> dict[str, str]:
    """Register a client; return the part of its token requests that identifies it."""
    client = visitor.register(token_endpoint_auth_method=method)
    return {name: client[name] for name in ("client_id", "client_secret") if name in client}


def redeem(visitor: Visitor, client: dict[str, str], code: str, **changes: str | None) -> TestResponse:
    """Exchange ``code`` as ``client``."""
    return visitor.exchange(client["client_id"], code, **{"client_secret": client.get("client_secret"), **changes})


@pytest.mark.parametrize("method", AUTH_METHODS)
@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge": "short"},
        {"code_challenge": "x" * 44},
        {"code_challenge": s256("a") + "="},
    ],
)
def test_request_without_a_real_challenge(visitor: Visitor, method: str, changes: dict[str, str | None]) -> None:
    """PKCE with S256 is needed of every client, of one with a secret too."""
    client_id = register(visitor, method)["client_id"]
    answer = visitor.ask(visitor.authorization_request(client_id, **changes))

    assert answer.status_code == 302
    assert query(answer.location)["error"] == "invalid_request"
    assert "code" not in query(answer.location)


@pytest.mark.parametrize("method", AUTH_METHODS)
@pytest.mark.parametrize("verifier", [None, "", "short", new_secret(), "x" * 129, "\u00e9" * 50])
def test_wrong_verifier_uses_the_code_up(visitor: Visitor, method: str, verifier: str | None) -> None:
    """A missing or wrong verifier is refused, and nobody gets a second guess."""
    client = register(visitor, method)
    code = visitor.sign_in(client["client_id"])["code"]
    wrong = redeem(visitor, client, code, code_verifier=verifier)
    right = redeem(visitor, client, code)

    assert (wrong.status_code, wrong.get_json()["error"]) == (400, "invalid_grant")
    assert (right.status_code, right.get_json()["error"]) == (400, "invalid_grant")


def test_verifier_that_is_the_challenge(visitor: Visitor) -> None:
    """Who saw only the authorization request cannot redeem its code."""
    client = register(visitor, "none")
    code = visitor.sign_in(client["client_id"])["code"]

    assert redeem(visitor, client, code, code_verifier=s256(visitor.verifier)).status_code == 400


def test_code_of_another_client(visitor: Visitor) -> None:
    """A client that got hold of another's code cannot redeem it, and does the owner no harm."""
    owner, thief = register(visitor, "none"), register(visitor, "client_secret_post")
    code = visitor.sign_in(owner["client_id"])["code"]
    stolen = redeem(visitor, thief, code)

    assert (stolen.status_code, stolen.get_json()["error"]) == (400, "invalid_grant")
    assert redeem(visitor, owner, code).status_code == 200
    assert redeem(visitor, thief, code).status_code == 400
    assert redeem(visitor, owner, code).status_code == 400


@pytest.mark.parametrize("changes", [{"client_secret": None}, {"client_secret": "wrong"}])
def test_confidential_client_without_its_secret(visitor: Visitor, changes: dict[str, str | None]) -> None:
    """The verifier does not replace the secret, and the failed attempt leaves the code alone."""
    client = register(visitor, "client_secret_post")
    code = visitor.sign_in(client["client_id"])["code"]

    assert redeem(visitor, client, code, **changes).status_code == 401
    assert redeem(visitor, client, code).status_code == 200


@pytest.mark.parametrize(
    "redirect_uri", [None, REDIRECT_URI.replace("49153", "1"), f"{REDIRECT_URI}/", "https://evil.example/"]
)
def test_exchange_with_another_redirect_uri(visitor: Visitor, redirect_uri: str | None) -> None:
    """The exchange must repeat the redirect URI of the request, its port included."""
    client = register(visitor, "none")
    answer = redeem(visitor, client, visitor.sign_in(client["client_id"])["code"], redirect_uri=redirect_uri)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_grant")
