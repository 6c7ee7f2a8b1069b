"""What our tokens are made of, and how long they live."""

from __future__ import annotations

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.oauth.tokens import LEEWAY, IssuedToken, Lifetimes, new_answer, records_of
from tests.contracts.store.samples import CODE, NOW, REFRESH

LIFETIMES = Lifetimes(access=60, refresh=1000, code=10)


@pytest.mark.parametrize(("refreshed", "lives"), [(False, 70 + LEEWAY), (True, 1010)])
def test_grant_outlives_its_first_tokens(refreshed: bool, lives: int) -> None:
    """A grant lasts as long as the code and then the longest of its tokens may."""
    assert LIFETIMES.end_of_grant(NOW, refreshed=refreshed) == NOW + lives


def test_answer() -> None:
    """An answer has what RFC 6749 §5.1 asks for, each secret new and of its kind."""
    first, second = (new_answer("mxcp:access", 60, refresh=True) for _ in range(2))

    assert first["access_token"].startswith("mx_at_")
    assert first["refresh_token"].startswith("mx_rt_")
    assert {first["access_token"], first["refresh_token"]}.isdisjoint(second.values())
    assert (first["token_type"], first["expires_in"], first["scope"]) == ("Bearer", 60, "mxcp:access")
    assert set(new_answer("mxcp:access", 60, refresh=False)) == {"access_token", "token_type", "expires_in", "scope"}


def test_answer_shows_nothing() -> None:
    """No way to print an answer shows a token."""
    answer = new_answer("mxcp:access", 60, refresh=True)

    assert type(answer) is IssuedToken
    assert {repr(answer), str(answer), f"{answer}", "%s" % answer} == {"<issued token>"}  # noqa: UP031 (logging does)


def test_records() -> None:
    """Only digests are kept; the refresh token keeps the whole scope when the access token has a part of it."""
    answer = new_answer("part", 60, refresh=True)
    access, refresh = records_of(answer, REFRESH, NOW, LIFETIMES, NOW)

    assert (access.kind, access.scope, access.expires_at) == ("access", "part", NOW + 60 + LEEWAY)
    assert (refresh.kind, refresh.scope, refresh.expires_at) == ("refresh", REFRESH.scope, NOW + 1000)
    assert [access.token_hash, refresh.token_hash] == [
        digest(answer[f"{kind}_token"]) for kind in ("access", "refresh")
    ]
    for token in (access, refresh):
        assert (token.grant_id, token.client_id, token.resource) == ("grant-1", "client-1", REFRESH.resource)
        assert (token.issued_at, token.used_at, token.uses) == (NOW, None, 0)


def test_without_refresh_token_there_is_one_record() -> None:
    """A client that may not refresh has an access token alone."""
    (token,) = records_of(new_answer("mxcp:access", 60, refresh=False), CODE, NOW, LIFETIMES, NOW)

    assert token.kind == "access"


@pytest.mark.parametrize(("age", "left"), [(0, 1000), (2000, 1000), (2001, 999), (2999, 1)])
def test_steady_use_ends(age: int, left: int) -> None:
    """However steadily it is used, a grant's last refresh token ends three lifetimes after the consent."""
    _, refresh = records_of(new_answer("s", 60, refresh=True), REFRESH, NOW, LIFETIMES, NOW - age)

    assert refresh.expires_at == NOW + left
