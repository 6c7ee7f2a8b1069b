"""T24: a token that was issued for one server is presented to another."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support import state
from tests.support.visitor import BASE, Visitor, query

OTHER_BASE = "http://127.0.0.1:8000"


def test_t24_token_of_another_resource(visitor: Visitor) -> None:
    """A token that was issued for one base of our URLs is refused at another (RFC 8707)."""
    token = visitor.get_token()
    visitor.base = OTHER_BASE
    answer = visitor.call(token, "ping")

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_t24_code_and_refresh_token_of_another_resource(visitor: Visitor) -> None:
    """Neither a code nor a refresh token that was issued for one base can be exchanged at another."""
    client_id, tokens = visitor.get_tokens()
    code = visitor.sign_in(client_id)["code"]
    visitor.base = OTHER_BASE
    answers = [visitor.exchange(client_id, code), visitor.refresh(client_id, tokens["refresh_token"])]

    assert [(answer.status_code, answer.get_json().get("error")) for answer in answers] == [(400, "invalid_target")] * 2


@pytest.mark.parametrize(
    "resource", ["https://other.example/mcp", f"{OTHER_BASE}/mcp", BASE, f"{BASE}/mcp#x", "mcp", "http://["]
)
def test_t24_request_for_another_resource(visitor: Visitor, app: Flask, resource: str) -> None:
    """A client that wants a token for another server gets none, and the person is not asked."""
    answer = visitor.ask(visitor.authorization_request(visitor.register()["client_id"], resource=resource))

    assert "Location" in answer.headers
    assert query(answer.location)["error"] == "invalid_target"
    assert state.pending(app) == []


def test_t24_token_of_the_provider(visitor: Visitor, app: Flask) -> None:
    """What the provider issued is no credential here."""
    visitor.get_token()
    [grant] = state.grants(app)
    assert grant.provider_token is not None
    assert grant.provider_token.access_token.startswith("gho_")

    answer = visitor.call(grant.provider_token.access_token, "ping")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
