"""What every store promises about authorization codes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreError
from mxcp_flask.records import AuthorizationCode, Grant
from mxcp_flask.store import Store
from tests.contracts.store.samples import ACCESS, CODE, GRANT, NOW, RACERS, REFRESH, issue, race


class CodesContract:
    """Inherited through ``StoreContract``."""

    def test_code_round_trip(self, store: Store) -> None:
        """A code comes back field by field."""
        store.add_grant(GRANT, CODE)

        assert store.find_code(CODE.code_hash) == CODE
        assert store.find_code(digest("other")) is None

    def test_redeem_marks_the_code(self, store: Store) -> None:
        """A redeemed code stays findable, with the time of its use."""
        issue(store)

        assert store.find_code(CODE.code_hash) == replace(CODE, used_at=NOW)

    def test_redeem_twice(self, store: Store) -> None:
        """A code is redeemed once; the second attempt adds no token."""
        store.add_grant(GRANT, CODE)

        assert store.redeem_code(CODE.code_hash, [ACCESS], NOW)
        assert not store.redeem_code(CODE.code_hash, [REFRESH], NOW + 1)
        assert store.find_token(REFRESH.token_hash, NOW) is None
        assert store.find_code(CODE.code_hash) == replace(CODE, used_at=NOW)

    @pytest.mark.parametrize(
        ("grant", "code", "now"),
        [
            (GRANT, replace(CODE, code_hash=digest("another")), NOW),
            (GRANT, CODE, CODE.expires_at),
            (GRANT, replace(CODE, used_at=NOW - 1), NOW),
            (replace(GRANT, expires_at=NOW), CODE, NOW),
            (replace(GRANT, revoked_at=NOW), CODE, NOW),
        ],
        ids=["unknown", "expired", "used", "grant expired", "grant revoked"],
    )
    def test_redeem_refuses(self, store: Store, grant: Grant, code: AuthorizationCode, now: int) -> None:
        """A code that is unknown, expired or used, or whose grant has ended, yields no token."""
        store.add_grant(grant, code)

        assert not store.redeem_code(CODE.code_hash, [ACCESS], now)
        assert store.find_token(ACCESS.token_hash, NOW - 1) is None

    def test_redeem_is_both_or_neither(self, store: Store) -> None:
        """When a token cannot be added, the code stays unused and the other tokens are not added."""
        issue(store)
        code = replace(CODE, code_hash=digest("code 2"), grant_id="grant-2")
        store.add_grant(replace(GRANT, id="grant-2"), code)
        fresh = replace(ACCESS, token_hash=digest("fresh"), grant_id="grant-2")

        with pytest.raises(StoreError):
            store.redeem_code(code.code_hash, [fresh, ACCESS], NOW)
        assert store.find_token(fresh.token_hash, NOW) is None
        assert store.find_code(code.code_hash) == code
        assert store.redeem_code(code.code_hash, [fresh], NOW)

    def test_redeem_for_a_token_of_no_grant(self, store: Store) -> None:
        """A token of a grant that is not there is refused, and the code stays unused."""
        store.add_grant(GRANT, CODE)

        with pytest.raises(StoreError):
            store.redeem_code(CODE.code_hash, [ACCESS, replace(REFRESH, grant_id="unknown")], NOW)
        assert store.find_token(ACCESS.token_hash, NOW) is None
        assert store.find_code(CODE.code_hash) == CODE

    def test_burn_code(self, store: Store) -> None:
        """A burnt code is found as used and not redeemed any more."""
        store.add_grant(GRANT, CODE)
        store.burn_code(CODE.code_hash, NOW)

        assert store.find_code(CODE.code_hash) == replace(CODE, used_at=NOW)
        assert not store.redeem_code(CODE.code_hash, [ACCESS], NOW)

    def test_burn_unknown_or_used_code(self, store: Store) -> None:
        """Burning an unknown code does nothing, and a used one keeps the time of its first use."""
        issue(store)
        store.burn_code(CODE.code_hash, NOW + 5)
        store.burn_code(digest("other"), NOW)

        assert store.find_code(CODE.code_hash) == replace(CODE, used_at=NOW)

    def test_race_to_redeem(self, store: Store) -> None:
        """Of threads that redeem a code at once, exactly one gets its tokens in."""
        store.add_grant(GRANT, CODE)
        tokens = iter([replace(ACCESS, token_hash=digest(str(number))) for number in range(RACERS)])

        results = race(lambda: store.redeem_code(CODE.code_hash, [next(tokens)], NOW))

        assert sum(results) == 1
        assert sum(store.find_token(digest(str(number)), NOW) is not None for number in range(RACERS)) == 1

    def test_race_of_redemption_and_revocation(self, store: Store) -> None:
        """However a redemption and a revocation meet, no token is found afterwards."""
        store.add_grant(GRANT, CODE)
        actions: list[Callable[[], object]] = [
            lambda: store.redeem_code(CODE.code_hash, [ACCESS], NOW),
            lambda: store.revoke_grant("grant-1", NOW),
        ]
        turns = iter(actions)
        race(lambda: next(turns)(), racers=2)

        assert store.find_token(ACCESS.token_hash, NOW) is None
