"""The stand-in's tokens end when they are told to, and not before."""

from __future__ import annotations

import pytest

from mxcp_flask.demo.approvals import Approval
from mxcp_flask.demo.tokens import Tokens
from tests.support.clock import Clock

ADA, BO = Approval("1", "ada-fixture", frozenset()), Approval("2", "bo-fixture", frozenset())


@pytest.fixture
def tokens(clock: Clock) -> Tokens:
    """Return an access token and its refresh token of one person, and an access token of another."""
    tokens = Tokens(clock)
    tokens.add_access("access", ADA, 3600)
    tokens.add_refresh("refresh", ADA, companion="access")
    tokens.add_access("other", BO)
    return tokens


@pytest.mark.parametrize(
    ("leeway", "age", "again", "companion"), [(0, 0, False, False), (600, 599, True, True), (600, 600, False, False)]
)
def test_leeway(tokens: Tokens, clock: Clock, leeway: int, age: int, again: bool, companion: bool) -> None:
    """A used refresh token and its companion end together, the leeway after the first use."""
    assert tokens.use_refresh("refresh", leeway) is not None
    clock.advance(age)

    assert (tokens.use_refresh("refresh", leeway) is not None) is again
    assert (tokens.find_access("access") is not None) is companion


def test_second_use_does_not_prolong_the_leeway(tokens: Tokens, clock: Clock) -> None:
    """The leeway counts from the first use."""
    tokens.use_refresh("refresh", 600)
    clock.advance(400)
    tokens.use_refresh("refresh", 600)
    clock.advance(200)

    assert tokens.use_refresh("refresh", 600) is None


def test_companion_is_never_prolonged(tokens: Tokens, clock: Clock) -> None:
    """An access token that would end within the leeway ends when it would have."""
    clock.advance(3500)
    tokens.use_refresh("refresh", 600)
    clock.advance(100)

    assert tokens.find_access("access") is None


def test_companion_may_be_gone(tokens: Tokens) -> None:
    """A refresh token works although its access token was ended."""
    tokens.end_access("access")

    assert tokens.use_refresh("refresh") is not None
    assert tokens.find_access("access") is None


def test_used_refresh_token_is_not_found(tokens: Tokens) -> None:
    """What was used up is nobody's any more, within the leeway too."""
    assert tokens.find_refresh("refresh") is not None
    tokens.use_refresh("refresh", 600)

    assert tokens.find_refresh("refresh") is None


def test_end_all(tokens: Tokens) -> None:
    """Everything that came from one approval ends, and nothing else."""
    tokens.end_all(ADA)

    assert tokens.find_access("access") is None
    assert tokens.find_refresh("refresh") is None
    assert tokens.find_access("other") is not None


def test_end_access_tells_once(tokens: Tokens) -> None:
    """A token that was ended was nobody's afterwards."""
    assert tokens.end_access("access") is not None
    assert tokens.end_access("access") is None
