"""Which scopes a client and a person may have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mxcp_flask.oauth.scopes import ACCESS, ScopePolicy
from mxcp_flask.records import People
from tests.oauth.parties import ADA, LIMITED, PUBLIC

POLICY = ScopePolicy(
    required=("mxcp:access", "mxcp:read"),
    known=("mxcp:access", "mxcp:read", "mxcp:admin"),
    allow=People(emails=("*@example.org",)),
    scope_grants={"mxcp:admin": People(users=("plain:1",)), "mxcp:read": People(users=("ada-fixture",))},
)


def test_default_is_what_is_required() -> None:
    """A client that names no scope gets the required ones, or else access."""
    assert POLICY.default == ("mxcp:access", "mxcp:read")
    assert ScopePolicy().default == (ACCESS,)


def test_registered_client_may_ask_for_all_that_is_known() -> None:
    """What a registered client once registered is its default, and no bound: it must be able to step up."""
    bound = POLICY.bound(replace(PUBLIC, allowed_scopes=("root",)))

    assert bound.scopes == ("mxcp:access",)
    assert bound.allowed_scopes == POLICY.known
    assert POLICY.bound(replace(PUBLIC, scopes=())).scopes == POLICY.default


def test_configured_client_keeps_its_bounds() -> None:
    """A configured client may have what the configuration says, and no more."""
    assert POLICY.bound(LIMITED) is LIMITED


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("mxcp:access", "mxcp:access"),
        ("mxcp:admin mxcp:access", "mxcp:admin mxcp:access"),
        ("mxcp:admin mxcp:admin", "mxcp:admin"),
        ("mxcp:access unknown", "mxcp:access"),
        ("  mxcp:access  ", "mxcp:access"),
        ("unknown", None),
        ("MXCP:ACCESS", None),
        ("mxcp", None),
        (None, "mxcp:access"),
        ("", "mxcp:access"),
        ("   ", "mxcp:access"),
    ],
)
def test_client_gets_the_part_that_it_may_have(asked: str | None, allowed: str | None) -> None:
    """Unknown scopes are left out, each scope comes once, and nothing left is an error."""
    assert POLICY.bound(PUBLIC).get_allowed_scope(asked) == allowed


@pytest.mark.parametrize(
    ("scope", "person"),
    [
        ("mxcp:access mxcp:admin mxcp:read", "mxcp:access mxcp:read"),
        ("mxcp:admin", ""),
        ("mxcp:read mxcp:access", "mxcp:read mxcp:access"),
        ("", ""),
    ],
)
def test_person_gets_the_part_that_they_may_have(scope: str, person: str) -> None:
    """A scope with an entry is for those listed; one without is for everybody."""
    assert POLICY.for_person(scope, ADA) == person


@pytest.mark.parametrize(
    ("allow", "admitted"),
    [
        (None, True),
        (People(), False),
        (People(users=("plain:4711",)), True),
        (People(users=("plain:471",)), False),
        (People(users=("4711",)), False),
        (People(users=("other:4711",)), False),
        (People(emails=("*@example.org",)), True),
        (People(emails=("*@example.com",)), False),
    ],
)
def test_admission(allow: People | None, admitted: bool) -> None:
    """Without a list everybody signs in, with an empty one nobody."""
    assert ScopePolicy(allow=allow).admits(ADA) is admitted


@pytest.mark.parametrize(
    ("granted", "missing"),
    [
        ("mxcp:read mxcp:access", ()),
        ("mxcp:access", ("mxcp:read",)),
        ("mxcp:access mxcp:readonly", ("mxcp:read",)),
        ("MXCP:ACCESS mxcp:read", ("mxcp:access",)),
        ("", ("mxcp:access", "mxcp:read")),
    ],
)
def test_all_required_scopes_are_needed(granted: str, missing: tuple[str, ...]) -> None:
    """Every required scope must be granted, whole and as it is spelled."""
    assert POLICY.missing(granted) == missing


def test_scope_in_words() -> None:
    """The configuration's words come first, then ours; a scope that nobody described has none."""
    policy = ScopePolicy(descriptions={"mxcp:admin": "Change orders"})

    assert policy.describe("mxcp:admin") == "Change orders"
    assert policy.describe("mxcp:access") == "Use what this server offers, as you"
    assert policy.describe("mxcp:write") is None
    assert ScopePolicy(descriptions={"mxcp:access": "Look"}).describe("mxcp:access") == "Look"
