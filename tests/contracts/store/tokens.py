"""What every store promises about access and refresh tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreError
from mxcp_flask.store import Store
from tests.contracts.store.samples import (
    ACCESS,
    CODE,
    GRANT,
    NOW,
    RACERS,
    REFRESH,
    follower,
    issue,
    race,
)

MOST = 3
NEXT = follower("next")


def rotate(store: Store, name: str = "next", now: int = NOW, *, grace: int = 0) -> bool:
    """Rotate ``REFRESH`` to the follower of that name."""
    return store.rotate_token(REFRESH.token_hash, [follower(name)], now, grace=grace, most=MOST)


def is_there(store: Store, name: str = "next") -> bool:
    """Tell whether the follower of that name is live."""
    return store.find_refresh_token(follower(name).token_hash, NOW) is not None


class TokensContract:
    """Inherited through ``StoreContract``."""

    def test_token_round_trip(self, store: Store) -> None:
        """Tokens and their grant, with the provider's token, come back field by field."""
        issue(store)

        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)
        assert store.find_token(REFRESH.token_hash, NOW) == (REFRESH, GRANT)

    @pytest.mark.parametrize(
        ("token_hash", "now", "found"),
        [
            (ACCESS.token_hash, ACCESS.expires_at - 1, True),
            (ACCESS.token_hash, ACCESS.expires_at, False),
            (REFRESH.token_hash, ACCESS.expires_at, True),
            (digest("other"), NOW, False),
            ("access token", NOW, False),
        ],
    )
    def test_find_token(self, store: Store, token_hash: str, now: int, found: bool) -> None:
        """A token is found by its hash until its time is over."""
        issue(store)

        assert (store.find_token(token_hash, now) is not None) is found

    def test_token_ends_with_its_grant(self, store: Store) -> None:
        """A token is not found once its grant's time is over, even if its own is not."""
        store.add_grant(replace(GRANT, expires_at=NOW + 10), CODE)
        store.redeem_code(CODE.code_hash, [ACCESS], NOW)

        assert store.find_token(ACCESS.token_hash, NOW + 9) is not None
        assert store.find_token(ACCESS.token_hash, NOW + 10) is None

    @pytest.mark.parametrize(
        ("token_hash", "now"),
        [(digest("other"), NOW), (ACCESS.token_hash, NOW), (REFRESH.token_hash, REFRESH.expires_at)],
        ids=["unknown", "access token", "expired"],
    )
    def test_find_refresh_token_refuses(self, store: Store, token_hash: str, now: int) -> None:
        """What is no refresh token, or one whose time is over, gives None."""
        issue(store)

        assert store.find_refresh_token(token_hash, now) is None

    def test_find_refresh_token(self, store: Store) -> None:
        """A refresh token is found with its grant until that ends."""
        issue(store)

        assert store.find_refresh_token(REFRESH.token_hash, NOW) == (REFRESH, GRANT)
        store.revoke_grant("grant-1", NOW)
        assert store.find_refresh_token(REFRESH.token_hash, NOW) is None

    def test_rotate_token(self, store: Store) -> None:
        """Rotation adds what follows, and keeps the refresh token with the time and the number of its uses."""
        issue(store)
        access = replace(ACCESS, token_hash=digest("next access"))

        assert store.rotate_token(REFRESH.token_hash, [access, NEXT], NOW + 5, grace=0, most=MOST)
        assert store.find_token(access.token_hash, NOW) == (access, GRANT)
        assert store.find_refresh_token(NEXT.token_hash, NOW) == (NEXT, GRANT)
        used = replace(REFRESH, used_at=NOW + 5, uses=1)
        assert store.find_refresh_token(REFRESH.token_hash, NOW) == (used, GRANT)
        assert store.find_token(REFRESH.token_hash, NOW) == (used, GRANT)
        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)

    @pytest.mark.parametrize(
        ("token_hash", "now", "ended"),
        [
            (digest("other"), NOW, False),
            (ACCESS.token_hash, NOW, False),
            (REFRESH.token_hash, REFRESH.expires_at, False),
            (REFRESH.token_hash, NOW, True),
        ],
        ids=["unknown", "access token", "expired", "grant revoked"],
    )
    def test_rotate_refuses(self, store: Store, token_hash: str, now: int, ended: bool) -> None:
        """What is no live refresh token of a live grant is not rotated, and nothing is written."""
        issue(store)
        if ended:
            store.revoke_grant("grant-1", NOW)

        assert not store.rotate_token(token_hash, [NEXT], now, grace=30, most=MOST)
        assert not is_there(store)
        assert ended or store.find_refresh_token(REFRESH.token_hash, NOW) == (REFRESH, GRANT)

    def test_rotate_of_an_expired_grant(self, store: Store) -> None:
        """A grant whose time is over is not brought back by its refresh token."""
        store.add_grant(replace(GRANT, expires_at=NOW + 10), CODE)
        store.redeem_code(CODE.code_hash, [REFRESH], NOW)

        assert not rotate(store, now=NOW + 10)
        assert store.find_grant("grant-1", NOW + 10) is None

    @pytest.mark.parametrize("now", [NOW - 10, NOW, NOW + 1], ids=["clock behind", "same second", "later"])
    def test_rotate_without_grace(self, store: Store, now: int) -> None:
        """With a grace of 0 a refresh token is rotated once, whatever the second caller's clock says."""
        issue(store)

        assert rotate(store)
        assert not rotate(store, "second", now)
        assert not is_there(store, "second")

    @pytest.mark.parametrize(
        ("seconds", "rotated"), [([0, 29], True), ([29, 30], False), ([30], False), ([0, 1, 2], False)]
    )
    def test_rotate_within_grace(self, store: Store, seconds: list[int], rotated: bool) -> None:
        """Within 30 seconds of the first time a refresh token is rotated again, thrice in all, and not later."""
        issue(store)
        rotate(store, "first")
        *before, last = seconds
        for number in before:
            rotate(store, f"before {number}", NOW + number, grace=30)

        assert rotate(store, "last", NOW + last, grace=30) is rotated
        assert is_there(store, "last") is rotated

    def test_uses_are_counted(self, store: Store) -> None:
        """A second rotation counts, and the time of the first stays; a refused one leaves both alone."""
        issue(store)
        results = [rotate(store, str(number), NOW + number, grace=5) for number in (0, 4, 5)]
        found = store.find_refresh_token(REFRESH.token_hash, NOW)

        assert results == [True, True, False]
        assert found == (replace(REFRESH, used_at=NOW, uses=2), GRANT)

    def test_rotate_is_both_or_neither(self, store: Store) -> None:
        """When a token cannot be added, the refresh token stays unused and the other tokens are not added."""
        issue(store)
        for wrong in (ACCESS, replace(ACCESS, token_hash=digest("stray"), grant_id="unknown")):
            with pytest.raises(StoreError):
                store.rotate_token(REFRESH.token_hash, [NEXT, wrong], NOW, grace=0, most=MOST)

        assert not is_there(store)
        assert store.find_refresh_token(REFRESH.token_hash, NOW) == (REFRESH, GRANT)
        assert rotate(store)

    @pytest.mark.parametrize(
        ("expiries", "ends_at"),
        [
            ([GRANT.expires_at + 1, GRANT.expires_at + 9, NOW + 1], GRANT.expires_at + 9),
            ([GRANT.expires_at - 1], GRANT.expires_at),
            ([], GRANT.expires_at),
        ],
        ids=["later", "earlier", "no tokens"],
    )
    def test_rotation_extends_the_grant(self, store: Store, expiries: list[int], ends_at: int) -> None:
        """The grant lives as long as the last of the tokens, and never shorter than before."""
        issue(store)
        tokens = [follower(str(expiry), expiry) for expiry in expiries]
        assert store.rotate_token(REFRESH.token_hash, tokens, NOW, grace=0, most=MOST)

        assert store.find_grant("grant-1", NOW) == replace(GRANT, expires_at=ends_at)

    def test_revocation_ends_what_followed(self, store: Store) -> None:
        """Ending the grant ends the tokens that came from its refresh token too."""
        issue(store)
        rotate(store)
        store.revoke_grant("grant-1", NOW)

        assert not is_there(store)
        assert not store.rotate_token(NEXT.token_hash, [], NOW, grace=0, most=MOST)

    @pytest.mark.parametrize(("grace", "wins"), [(0, 1), (30, MOST)])
    def test_race_to_rotate(self, store: Store, grace: int, wins: int) -> None:
        """Of threads that rotate a refresh token at once, one succeeds, or as many as the grace lets."""
        issue(store)
        names = iter([str(number) for number in range(RACERS)])

        results = race(lambda: rotate(store, next(names), grace=grace))

        assert sum(results) == wins
        assert sum(is_there(store, str(number)) for number in range(RACERS)) == wins

    def test_race_of_rotation_and_revocation(self, store: Store) -> None:
        """However a rotation and a revocation meet, no token is found afterwards."""
        issue(store)
        actions: list[Callable[[], object]] = [lambda: rotate(store), lambda: store.revoke_grant("grant-1", NOW)]
        turns = iter(actions)
        race(lambda: next(turns)(), racers=2)

        assert not is_there(store)
