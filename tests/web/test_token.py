"""Tests of the token endpoint."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient

from mxcp_flask.oauth.tokens import LEEWAY
from tests.support.clock import Clock
from tests.support.visitor import BASE, REDIRECT_URI, Visitor


def basic(client: dict[str, Any], secret: str | None = None) -> dict[str, str]:
    """Return the Authorization header of a confidential client."""
    pair = f"{client['client_id']}:{client['client_secret'] if secret is None else secret}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def form(visitor: Visitor, code: str, **more: str) -> dict[str, str]:
    """Return a token request without client authentication."""
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT_URI,
        "code_verifier": visitor.verifier,
        **more,
    }


def test_answer(visitor: Visitor) -> None:
    """The answer is RFC 6749 §5.1's, and not to be stored."""
    client_id = visitor.register()["client_id"]
    answer = visitor.exchange(client_id, visitor.sign_in(client_id)["code"])
    body = answer.get_json()

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "mxcp:access")
    assert body["access_token"].startswith("mx_at_")


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_confidential_client(visitor: Visitor, method: str) -> None:
    """A secret may come in the header or in the form, whatever the client registered."""
    client = visitor.register(token_endpoint_auth_method="client_secret_basic")
    body = form(visitor, visitor.sign_in(client["client_id"])["code"])
    if method == "client_secret_post":
        body |= {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    headers = basic(client) if method == "client_secret_basic" else {}

    assert visitor.client.post("/token", data=body, headers=headers, base_url=BASE).status_code == 200


def test_failed_authentication_looks_the_same(visitor: Visitor) -> None:
    """An unknown client, a wrong secret and a missing one get the same 401, upon which clients register anew."""
    client = visitor.register(token_endpoint_auth_method="client_secret_basic")
    attempts: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"client_id": "nobody"}, {}),
        ({"client_id": client["client_id"]}, {}),
        ({"client_id": client["client_id"], "client_secret": "wrong"}, {}),
        ({}, basic(client, "wrong")),
        ({}, basic({"client_id": "nobody", "client_secret": "x"})),
        ({}, {"Authorization": "Basic \xff"}),
        ({}, {}),
    ]
    answers = [
        visitor.client.post("/token", data=form(visitor, "x", **body), headers=headers, base_url=BASE)
        for body, headers in attempts
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"].split()[0] for answer in answers} == {"Basic"}
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].get_json()["error"] == "invalid_client"


def test_public_client_with_a_secret(visitor: Visitor) -> None:
    """A client without a secret cannot pretend to have one."""
    client_id = visitor.register()["client_id"]
    answer = visitor.exchange(client_id, visitor.sign_in(client_id)["code"], client_secret="anything")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/other"}, "invalid_grant"),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
        ({"code_verifier": None}, "invalid_grant"),
    ],
)
def test_errors_are_json(visitor: Visitor, changes: dict[str, str | None], error: str) -> None:
    """An error is RFC 6749 §5.2's JSON with status 400."""
    client_id = visitor.register()["client_id"]
    answer = visitor.exchange(client_id, visitor.sign_in(client_id)["code"], **changes)

    assert (answer.status_code, answer.mimetype) == (400, "application/json")
    assert answer.get_json()["error"] == error
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("code", "error"), [("", "invalid_request"), ("mx_ac_unknown", "invalid_grant")])
def test_no_such_code(visitor: Visitor, code: str, error: str) -> None:
    """A missing and an unknown code are told apart: only one of them is the client's programming error."""
    answer = visitor.exchange(visitor.register()["client_id"], code)

    assert (answer.status_code, answer.get_json()["error"]) == (400, error)


@pytest.mark.parametrize("spelling", ["/mcp", "/mcp/", "/MCP"])
def test_resource_in_the_exchange(visitor: Visitor, spelling: str) -> None:
    """Our resource may be named in the exchange, with a slash at its end or not; the case of its path counts."""
    client_id = visitor.register()["client_id"]
    answer = visitor.exchange(client_id, visitor.sign_in(client_id)["code"], resource=f"{BASE}{spelling}")

    assert (answer.status_code == 200) is (spelling != "/MCP")


@pytest.mark.parametrize("query", ["client_id=x", "code=x", "x"])
def test_query_is_refused(client: FlaskClient, query: str) -> None:
    """Parameters in the URL, where logs keep them, are refused."""
    answer = client.post(f"/token?{query}", data={"grant_type": "authorization_code"})

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_other_methods_get_no_page(client: FlaskClient, method: str, accept: str) -> None:
    """The token endpoint never answers with a page, not even a browser."""
    answer = client.open("/token", method=method, headers={"Accept": accept})

    assert (answer.status_code, answer.mimetype) == (405, "application/json")
    assert "POST" in answer.headers["Allow"]


def test_code_expires(visitor: Visitor, clock: Clock) -> None:
    """A code is dead from the end of its lifetime on."""
    client_id = visitor.register()["client_id"]
    code = visitor.sign_in(client_id)["code"]
    clock.advance(60)

    assert visitor.exchange(client_id, code).get_json()["error"] == "invalid_grant"


def test_token_expires(visitor: Visitor, clock: Clock) -> None:
    """An access token is dead from the end of its lifetime on, and a little that the way to the client takes."""
    token = visitor.get_token()
    clock.advance(3600 + LEEWAY - 1)
    alive = visitor.call(token, "ping").status_code
    clock.advance(1)

    assert (alive, visitor.call(token, "ping").status_code) == (200, 401)
