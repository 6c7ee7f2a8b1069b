"""Refresh tokens: rotated, bound, and deadly to their family when reused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from mxcp_flask.oauth.refresh import MOST_ROTATIONS
from mxcp_flask.oauth.tokens import LEEWAY
from tests.support.clock import Clock
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor

GRACE = 30


@pytest.fixture(params=["memory", "sqlite"])
def visitor(request: pytest.FixtureRequest, tmp_path: Path, provider: Flask, clock: Clock) -> Visitor:
    """Return a person at a site with either store."""
    more = {"persistence": {"type": "sqlite", "path": str(tmp_path / "oauth.db")}} if request.param == "sqlite" else {}
    return Visitor(Site(tmp_path / "site", github_auth(**more)).app(clock), provider)


def error_of(visitor: Visitor, client_id: str, refresh_token: str, **changes: str) -> str:
    """Return the error code of a refresh that fails."""
    answer = visitor.refresh(client_id, refresh_token, **changes)
    assert answer.status_code in {400, 401}, answer.text
    error: str = answer.get_json()["error"]
    return error


def is_alive(visitor: Visitor, access_token: str) -> bool:
    """Tell whether the MCP endpoint takes the token."""
    return visitor.call(access_token, "ping").status_code == 200


def test_refresh_rotates(visitor: Visitor) -> None:
    """A refresh gives a new pair that works, for the same person."""
    client_id, first = visitor.get_tokens("bo-fixture")
    second = visitor.refresh(client_id, first["refresh_token"]).get_json()

    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert (second["expires_in"], second["token_type"], second["scope"]) == (3600, "Bearer", "mxcp:access")
    assert visitor.whoami(second["access_token"]) == "bo-fixture"


def test_client_without_the_grant_type_gets_no_refresh_token(visitor: Visitor) -> None:
    """A client that registered for authorization_code alone can neither get nor use a refresh token."""
    client_id = visitor.register(grant_types=["authorization_code"])["client_id"]
    answer = visitor.exchange(client_id, visitor.sign_in(client_id)["code"]).get_json()

    assert "refresh_token" not in answer
    assert error_of(visitor, client_id, "mx_rt_whatever") == "unauthorized_client"


def test_reuse_after_the_grace_period_kills_the_family(visitor: Visitor, clock: Clock) -> None:
    """A refresh token that is presented again later ends every token that came from its grant."""
    client_id, first = visitor.get_tokens()
    second = visitor.refresh(client_id, first["refresh_token"]).get_json()
    clock.advance(GRACE)

    assert error_of(visitor, client_id, first["refresh_token"]) == "invalid_grant"
    assert not is_alive(visitor, first["access_token"])
    assert not is_alive(visitor, second["access_token"])
    assert error_of(visitor, client_id, second["refresh_token"]) == "invalid_grant"


def test_parallel_refresh_within_the_grace_period_is_no_attack(visitor: Visitor, clock: Clock) -> None:
    """A lost answer may be asked for again, and both answers work."""
    client_id, first = visitor.get_tokens()
    lost = visitor.refresh(client_id, first["refresh_token"]).get_json()
    clock.advance(GRACE - 1)
    again = visitor.refresh(client_id, first["refresh_token"]).get_json()

    assert is_alive(visitor, lost["access_token"])
    assert is_alive(visitor, again["access_token"])
    assert visitor.refresh(client_id, lost["refresh_token"]).status_code == 200
    assert visitor.refresh(client_id, again["refresh_token"]).status_code == 200


def test_too_many_refreshes_within_the_grace_period(visitor: Visitor) -> None:
    """The grace period is bounded in number too."""
    client_id, first = visitor.get_tokens()
    barrier = Barrier(8)

    def refresh(_: int) -> int:
        barrier.wait()
        return visitor.refresh(client_id, first["refresh_token"]).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(refresh, range(8)))

    assert statuses.count(200) == MOST_ROTATIONS
    assert not is_alive(visitor, first["access_token"])


def test_refresh_is_bound_to_its_client(visitor: Visitor) -> None:
    """Another client cannot use a refresh token, nor end its grant by trying."""
    client_id, tokens = visitor.get_tokens()
    other = visitor.register(grant_types=["authorization_code", "refresh_token"])["client_id"]

    assert error_of(visitor, other, tokens["refresh_token"]) == "invalid_grant"
    assert visitor.refresh(client_id, tokens["refresh_token"]).status_code == 200


def test_scope_may_narrow_but_never_widen(visitor: Visitor) -> None:
    """A narrowed access token leaves the refresh token whole; more than was granted is refused."""
    client_id, tokens = visitor.get_tokens(scope="mxcp:access mxcp:admin")
    narrow = visitor.refresh(client_id, tokens["refresh_token"], scope="mxcp:access").get_json()
    whole = visitor.refresh(client_id, narrow["refresh_token"]).get_json()

    assert (narrow["scope"], whole["scope"]) == ("mxcp:access", "mxcp:access mxcp:admin")

    client_id, tokens = visitor.get_tokens(scope="mxcp:access")
    assert error_of(visitor, client_id, tokens["refresh_token"], scope="mxcp:access mxcp:admin") == "invalid_scope"
    assert visitor.refresh(client_id, tokens["refresh_token"]).status_code == 200


def test_resource_must_be_this_server(visitor: Visitor) -> None:
    """A refresh for another resource is refused and uses nothing up."""
    client_id, tokens = visitor.get_tokens()

    assert (
        error_of(visitor, client_id, tokens["refresh_token"], resource="https://else.example/mcp") == "invalid_target"
    )
    answer = visitor.refresh(client_id, tokens["refresh_token"], resource="http://localhost:8000/mcp")
    assert answer.status_code == 200


def test_lifetimes(visitor: Visitor, clock: Clock) -> None:
    """Access tokens live an hour, refresh tokens 30 days from their last use, grants three times that at most."""
    client_id, tokens = visitor.get_tokens()
    clock.advance(3600 + LEEWAY)
    assert not is_alive(visitor, tokens["access_token"])

    for _ in range(3):
        clock.advance(29 * 86400)
        answer = visitor.refresh(client_id, tokens["refresh_token"])
        assert answer.status_code == 200
        tokens = answer.get_json()
    clock.advance(29 * 86400)
    assert error_of(visitor, client_id, tokens["refresh_token"]) == "invalid_grant"


def test_unused_refresh_token_ends(visitor: Visitor, clock: Clock) -> None:
    """A refresh token that nobody used for its lifetime is worth nothing."""
    client_id, tokens = visitor.get_tokens()
    clock.advance(30 * 86400)

    assert error_of(visitor, client_id, tokens["refresh_token"]) == "invalid_grant"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "nonsense"])
def test_revocation(visitor: Visitor, kind: str, hint: str | None) -> None:
    """Revoking either token ends both, at once, whatever the hint says."""
    client_id, tokens = visitor.get_tokens()
    form = {"client_id": client_id, "token": tokens[kind], **({"token_type_hint": hint} if hint else {})}
    answer = visitor.client.post("/revoke", data=form, base_url=visitor.base)

    assert (answer.status_code, answer.get_json()) == (200, {})
    assert not is_alive(visitor, tokens["access_token"])
    assert error_of(visitor, client_id, tokens["refresh_token"]) == "invalid_grant"


def test_revocation_of_what_is_not_the_clients(visitor: Visitor) -> None:
    """Another client's token, or none at all, gets the same answer, and nothing ends."""
    _, tokens = visitor.get_tokens()
    other = visitor.register()["client_id"]
    for token in (tokens["access_token"], "mx_at_unknown"):
        form = {"client_id": other, "token": token}
        answer = visitor.client.post("/revoke", data=form, base_url=visitor.base)
        assert (answer.status_code, answer.get_json()) == (200, {})

    assert is_alive(visitor, tokens["access_token"])


def test_introspection(visitor: Visitor, clock: Clock) -> None:
    """A confidential client learns about its own tokens, and about what is not active no more than that."""
    registered = visitor.register(token_endpoint_auth_method="client_secret_post", client_name="Its own")
    own = {"client_id": registered["client_id"], "client_secret": registered["client_secret"]}
    code = visitor.sign_in(own["client_id"])["code"]
    mine = visitor.exchange(own["client_id"], code, client_secret=own["client_secret"]).get_json()["access_token"]
    _, others = visitor.get_tokens("bo-fixture")

    def introspect(token: str) -> dict[str, object]:
        answer = visitor.client.post("/introspect", data={**own, "token": token}, base_url=visitor.base)
        assert answer.status_code == 200
        payload: dict[str, object] = answer.get_json()
        return payload

    now = int(clock())
    assert introspect(mine) == {
        "active": True,
        "scope": "mxcp:access",
        "client_id": own["client_id"],
        "username": "ada-fixture",
        "token_type": "Bearer",
        "exp": now + 3600 + LEEWAY,
        "iat": now,
        "sub": "github:4711",
        "aud": "http://localhost:8000/mcp",
        "iss": "http://localhost:8000",
    }
    for token in (others["access_token"], others["refresh_token"], "mx_at_unknown"):
        assert introspect(token) == {"active": False}
    clock.advance(3600 + LEEWAY)
    assert introspect(mine) == {"active": False}


def test_introspection_needs_a_secret(visitor: Visitor) -> None:
    """A public client may not introspect, not even its own token."""
    client_id, tokens = visitor.get_tokens()
    form = {"client_id": client_id, "token": tokens["access_token"]}
    answer = visitor.client.post("/introspect", data=form, base_url=visitor.base)

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
