"""Attacks with tokens that are not for this server, and people who may not come in, or not so far."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.support import state
from tests.support.site import Site, github_auth
from tests.support.visitor import BASE, Visitor, query

OTHER_BASE = "http://127.0.0.1:8000"
BOTH = "mxcp:access mxcp:admin"


def visitor_of(tmp_path: Path, provider: Flask, **authorization: Any) -> Visitor:
    """Return a visitor of a site with this ``authorization`` section."""
    return Visitor(Site(tmp_path / "strict", github_auth(authorization=authorization)).app(), provider)


def sign_in(visitor: Visitor, provider: Flask, client_id: str, login: str, **changes: str | None) -> dict[str, str]:
    """Sign ``login`` in, whoever was signed in at the provider before."""
    visitor.at_provider = provider.test_client()
    return visitor.sign_in(client_id, login, **changes)


def test_token_of_another_resource(visitor: Visitor) -> None:
    """A token that was issued for one base of our URLs is refused at another (RFC 8707)."""
    token = visitor.get_token()
    visitor.base = OTHER_BASE
    answer = visitor.call(token, "ping")

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_code_of_another_resource(visitor: Visitor) -> None:
    """A code that was issued for one base cannot be exchanged at another."""
    client_id = visitor.register()["client_id"]
    code = visitor.sign_in(client_id)["code"]
    visitor.base = OTHER_BASE
    answer = visitor.exchange(client_id, code)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_target")


@pytest.mark.parametrize(
    "resource", ["https://other.example/mcp", f"{OTHER_BASE}/mcp", BASE, f"{BASE}/mcp#x", "mcp", "http://["]
)
def test_request_for_another_resource(visitor: Visitor, app: Flask, resource: str) -> None:
    """A client that wants a token for another server gets none, and the person is not asked."""
    answer = visitor.ask(visitor.authorization_request(visitor.register()["client_id"], resource=resource))

    assert query(answer.location)["error"] == "invalid_target"
    assert state.pending(app) == []


def test_token_of_the_provider(visitor: Visitor, app: Flask) -> None:
    """What the provider issued is no credential here."""
    visitor.get_token()
    [grant] = state.grants(app)
    assert grant.provider_token is not None
    assert grant.provider_token.access_token.startswith("gho_")

    answer = visitor.call(grant.provider_token.access_token, "ping")
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_code_and_digest_are_no_tokens(visitor: Visitor, app: Flask) -> None:
    """Neither an authorization code nor what the store keeps of a token opens anything."""
    client_id = visitor.register()["client_id"]
    code = visitor.sign_in(client_id)["code"]
    visitor.exchange(client_id, code)
    [kept] = state.codes(app)

    assert [visitor.call(value, "ping").status_code for value in (code, kept.code_hash, client_id)] == [401] * 3


@pytest.mark.parametrize(
    ("allow", "admitted"),
    [
        ({"emails": ["*@example.org"]}, {"ada-fixture", "bo-fixture"}),  # Cy's address is not verified
        ({"emails": ["*@EXAMPLE.org"]}, {"ada-fixture", "bo-fixture"}),
        ({"emails": ["cy@example.org"]}, set()),
        ({"emails": ["old-ada@example.org", "bo-second@example.org"]}, set()),
        ({"emails": ["ada@example.org"]}, {"ada-fixture"}),
        ({"emails": ["*@ample.org", "*@example.org.evil.example", "*@*"]}, set()),
        ({"users": ["github:4712"]}, {"bo-fixture"}),
        ({"users": ["CY-Fixture"]}, {"cy-fixture"}),
        ({"users": ["4711", "atlassian:4711", "Ada Fixture", "ada"]}, set()),
        ({"users": ["cy-fixture"], "emails": ["ada@example.org"]}, {"ada-fixture", "cy-fixture"}),
    ],
)
def test_allow_list(tmp_path: Path, provider: Flask, allow: dict[str, list[str]], admitted: set[str]) -> None:
    """Only listed people come in, by subject, login or verified primary address; the others' clients learn no more."""
    visitor = visitor_of(tmp_path, provider, allow=allow)
    client_id = visitor.register()["client_id"]
    got = {login: sign_in(visitor, provider, client_id, login) for login in ("ada-fixture", "bo-fixture", "cy-fixture")}

    assert {login for login, answer in got.items() if "code" in answer} == admitted
    assert {answer["error"] for answer in got.values() if "code" not in answer} <= {"access_denied"}


def test_refused_person_leaves_nothing(tmp_path: Path, provider: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is kept of a person who may not come in; the log says who it was."""
    visitor = visitor_of(tmp_path, provider, allow={"users": ["ada-fixture"]})
    got = visitor.sign_in(visitor.register()["client_id"], "bo-fixture")

    assert (got["error"], got["state"], got["iss"]) == ("access_denied", visitor.state, BASE)
    assert state.grants(visitor.client.application) == []
    assert "github:4712 ('bo-fixture') signed in with github but may not come in" in caplog.text


@pytest.mark.parametrize(
    ("people", "granted"),
    [
        ({"users": ["ada-fixture"]}, {"ada-fixture": BOTH, "bo-fixture": "mxcp:access"}),
        ({"emails": ["*@example.org"]}, {"ada-fixture": BOTH, "cy-fixture": "mxcp:access"}),
        ({"emails": ["cy@example.org"]}, {"cy-fixture": "mxcp:access"}),
    ],
)
def test_scope_grants(tmp_path: Path, provider: Flask, people: dict[str, list[str]], granted: dict[str, str]) -> None:
    """A person gets the part of the requested scope that they may have, and each call is checked against it."""
    visitor = visitor_of(tmp_path, provider, scope_grants={"mxcp:admin": people})
    client_id = visitor.register()["client_id"]
    for login, scope in granted.items():
        answer = visitor.exchange(
            client_id, sign_in(visitor, provider, client_id, login, scope=BOTH)["code"]
        ).get_json()
        call = visitor.call(answer["access_token"], "tools/call", name="admin_only", arguments={})

        assert answer["scope"] == scope
        assert call.status_code == (200 if scope == BOTH else 403)


def test_scope_of_which_nothing_is_left(tmp_path: Path, provider: Flask) -> None:
    """A person who may have nothing of what the client asked for is refused."""
    visitor = visitor_of(tmp_path, provider, scope_grants={"mxcp:admin": {"users": ["ada-fixture"]}})
    got = visitor.sign_in(visitor.register()["client_id"], "bo-fixture", scope="mxcp:admin")

    assert got["error"] == "access_denied"


def test_registered_scope_gives_nothing_by_itself(tmp_path: Path, provider: Flask) -> None:
    """A client that registers with a scope gets it only from a person who has it."""
    visitor = visitor_of(tmp_path, provider, scope_grants={"mxcp:admin": {"users": ["ada-fixture"]}})
    client_id = visitor.register(scope=f"{BOTH} mxcp:root")["client_id"]
    answer = visitor.exchange(client_id, visitor.sign_in(client_id, "bo-fixture", scope=None)["code"])

    assert answer.get_json()["scope"] == "mxcp:access"


def test_configured_client_is_bounded_by_its_scopes(tmp_path: Path, provider: Flask) -> None:
    """A client of the configuration gets no scope that it is not configured with."""
    clients = [{"client_id": "desk", "name": "Desk", "scopes": ["mxcp:access"]}]
    visitor = Visitor(Site(tmp_path / "desk", github_auth(clients=clients)).app(), provider)
    answer = visitor.exchange("desk", visitor.sign_in("desk", scope=BOTH)["code"])

    assert answer.get_json()["scope"] == "mxcp:access"
