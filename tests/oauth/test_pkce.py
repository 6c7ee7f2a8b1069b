"""PKCE: S256 and nothing else, for every client, at both endpoints."""

from __future__ import annotations

import pytest
from authlib.oauth2.rfc6749 import InvalidRequestError

from mxcp_flask.digests import s256
from tests.oauth.parties import CONFIDENTIAL, SECRET, VERIFIER, Walk, basic, form

CLIENTS = [("public", {}), ("confidential", {"redirect_uri": "https://app.example/callback"})]


@pytest.mark.parametrize(("client_id", "changes"), CLIENTS)
@pytest.mark.parametrize(
    ("challenge", "method"),
    [
        (None, None),
        (None, "S256"),
        (s256(VERIFIER), None),
        (s256(VERIFIER), "plain"),
        (s256(VERIFIER), "s256"),
        (s256(VERIFIER), "S512"),
        (VERIFIER, "plain"),
        (s256(VERIFIER)[:-1], "S256"),
        (s256(VERIFIER) + "=", "S256"),
        (s256(VERIFIER) + "\n", "S256"),
        ("+" * 43, "S256"),
        ("ä" * 43, "S256"),
        ("A" * 4096, "S256"),
    ],
)
def test_request_without_s256_challenge_is_refused(
    walk: Walk, client_id: str, changes: dict[str, str], challenge: str | None, method: str | None
) -> None:
    """No client, public or confidential, gets to the consent page without a well-formed S256 challenge."""
    with pytest.raises(InvalidRequestError) as caught:
        walk.ask(client_id, code_challenge=challenge, code_challenge_method=method, **changes)

    assert caught.value.redirect_uri == changes.get("redirect_uri", "http://127.0.0.1:49153/callback")


@pytest.mark.parametrize(
    "verifier",
    [
        None,
        "",
        VERIFIER + "x",
        VERIFIER.upper(),
        "v" * 42,
        "v" * 129,
        s256(VERIFIER),
        VERIFIER + "\n",
        "ä" * 43,
        "\ud800" * 43,
    ],
)
@pytest.mark.parametrize("client_id", ["public", "confidential"])
def test_wrong_verifier_uses_the_code_up(walk: Walk, client_id: str, verifier: str | None) -> None:
    """A missing or wrong verifier is invalid_grant, for who has a secret too, and nobody gets a second guess."""
    redirect_uri = CONFIDENTIAL.redirect_uris[0] if client_id == "confidential" else "http://127.0.0.1/callback"
    headers = basic(client_id, SECRET) if client_id == "confidential" else {}
    code = walk.code(client_id, redirect_uri=redirect_uri)
    wrong = walk.token(form(code, client_id, redirect_uri=redirect_uri, code_verifier=verifier), headers)
    right = walk.token(form(code, client_id, redirect_uri=redirect_uri), headers)

    assert (wrong.status, wrong.body["error"]) == (400, "invalid_grant")
    assert (right.status, right.body["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("length", [43, 128])
def test_verifier_of_every_length(walk: Walk, length: int) -> None:
    """Verifiers of 43 to 128 unreserved characters are taken (RFC 7636 §4.1)."""
    verifier = ("aZ09-._~" * 16)[:length]
    code = walk.code(code_challenge=s256(verifier))

    assert walk.exchange(code, code_verifier=verifier).status == 200
