"""Tokens that work: refreshed in time, once, and by one of many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from mxcp_flask.errors import RemoteUnexpected, SignInEnded
from mxcp_flask.remote.access import Access
from mxcp_flask.remote.kept import SignIns
from tests.remote.conftest import Stranger, signed_in

NEW = {"access_token": "new-access", "refresh_token": "new-refresh", "token_type": "Bearer", "expires_in": 600}


def access(kept: SignIns, stranger: Stranger, now: float = 0.0, **facts: Any) -> Access:
    """Return the access of somebody who is signed in."""
    kept.keep(signed_in(stranger, **facts))
    stranger.answers["token"] = (NEW, 200)
    return Access(kept, stranger.url, lambda: now)


def refreshes(stranger: Stranger) -> list[str]:
    """Return the refresh tokens that were used."""
    return [asked["refresh_token"] for asked in stranger.asked if asked["path"] == "token"]


def test_a_token_that_lives_is_given(kept: SignIns, stranger: Stranger) -> None:
    """Nobody must be asked as long as there is time."""
    assert access(kept, stranger).token() == "old-access"
    assert refreshes(stranger) == []


def test_nobody_is_signed_in(kept: SignIns, stranger: Stranger) -> None:
    """Then there is no token."""
    assert Access(kept, stranger.url, lambda: 0.0).token() is None


def test_an_old_token_is_refreshed(kept: SignIns, stranger: Stranger) -> None:
    """The new ones must be kept, and the sign-in's scope with them."""
    assert access(kept, stranger, now=90).token() == "new-access"

    found = kept.find(stranger.url)
    assert found is not None
    assert (found.refresh_token, found.expires_at, found.scope) == ("new-refresh", 690, "a b")
    assert stranger.asked[-1]["resource"] == stranger.url


def test_one_of_many_refreshes(kept: SignIns, stranger: Stranger) -> None:
    """Many at once must use the refresh token once: the server ends a sign-in whose token is used twice."""
    many = [access(kept, stranger, now=90) for _ in range(8)]

    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(Access.token, many))

    assert tokens == {"new-access"}
    assert refreshes(stranger) == ["old-refresh"]


def test_a_token_that_was_refused(kept: SignIns, stranger: Stranger) -> None:
    """It must be replaced, unless another process did so meanwhile."""
    mine = access(kept, stranger)

    assert mine.token_after("old-access") == "new-access"
    assert mine.token_after("old-access") == "new-access"
    assert refreshes(stranger) == ["old-refresh"]


@pytest.mark.parametrize("facts", [{"refresh_token": None}, {}])
def test_a_sign_in_that_has_ended(kept: SignIns, stranger: Stranger, facts: dict[str, Any]) -> None:
    """Without a refresh token, or with one that is refused, only a new sign-in helps."""
    mine = access(kept, stranger, now=200, **facts)
    stranger.answers["token"] = ({"error": "invalid_grant", "error_description": "It was revoked."}, 400)

    with pytest.raises(SignInEnded, match="mxcp auth login"):
        mine.token()


def test_a_server_that_cannot_refresh_now(kept: SignIns, stranger: Stranger) -> None:
    """The sign-in must be kept for the next try."""
    mine = access(kept, stranger, now=200)
    stranger.answers["token"] = ({"error_description": "Later."}, 503)

    with pytest.raises(RemoteUnexpected, match="Later"):
        mine.token()
    assert kept.find(stranger.url) == signed_in(stranger)
