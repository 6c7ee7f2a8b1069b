"""What every store promises about grants and their provider's token."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreError
from mxcp_flask.records import Grant, ProviderToken, User
from mxcp_flask.store import Store
from tests.contracts.store.samples import ACCESS, CODE, GRANT, NOW, REFRESH, USER, add_grant, issue, race

FRESH = ProviderToken("fresh access token", "fresh refresh token", NOW + 57_600, "user:email read:org")
GRANTS = [
    GRANT,
    replace(GRANT, id="grant-2", client_id="client-2", created_at=NOW - 2),
    replace(GRANT, id="grant-3", user=User("github", "47", "other"), created_at=NOW - 1),
    replace(GRANT, id="grant-4", user=User("gitlab", "4711", "other"), created_at=NOW - 1),
]
OVER = [replace(GRANT, id="revoked", revoked_at=NOW - 1), replace(GRANT, id="expired", expires_at=NOW)]
NARROWED = pytest.mark.parametrize(
    ("client_id", "subject", "numbers"),
    [
        (None, None, "2341"),
        ("client-1", None, "341"),
        (None, "github:4711", "21"),
        ("client-1", "github:4711", "1"),
        ("client-2", "github:47", ""),
        ("client", None, ""),
        ("", None, ""),
        (None, "4711", ""),
        (None, "", ""),
        ("\ud800", "\ud800", ""),
    ],
)


def add_all(store: Store) -> None:
    """Add live grants of several clients and people, and grants that have ended."""
    for grant in [*GRANTS, *OVER]:
        add_grant(store, grant)


def numbers_of(grants: list[Grant]) -> str:
    """Return the last letters of the identifiers."""
    return "".join(grant.id[-1] for grant in grants)


class GrantsContract:
    """Inherited through ``StoreContract``."""

    @pytest.mark.parametrize(
        "grant",
        [
            replace(GRANT, provider_token=None),
            replace(GRANT, provider_token=ProviderToken("only this")),
            replace(GRANT, user=User("github", "1", "nameless")),
        ],
    )
    def test_grant_without_optional_fields(self, store: Store, grant: Grant) -> None:
        """What a grant lacks is lacking when it comes back."""
        store.add_grant(grant, CODE)
        store.redeem_code(CODE.code_hash, [ACCESS], NOW)

        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, grant)

    def test_grant_or_code_twice(self, store: Store) -> None:
        """A grant whose identifier or code is there already is refused, and neither part of it is written."""
        store.add_grant(GRANT, CODE)
        code, grant = replace(CODE, code_hash=digest("code 2"), grant_id="grant-2"), replace(GRANT, id="grant-2")

        with pytest.raises(StoreError):
            store.add_grant(GRANT, code)
        with pytest.raises(StoreError):
            store.add_grant(grant, replace(CODE, grant_id="grant-2"))
        assert store.find_code(CODE.code_hash) == CODE
        assert store.find_code(code.code_hash) is None
        store.add_grant(grant, code)
        assert store.find_code(code.code_hash) == code

    def test_code_of_no_grant(self, store: Store) -> None:
        """A code of a grant that is not there is refused with the grant that came along."""
        with pytest.raises(StoreError):
            store.add_grant(GRANT, replace(CODE, grant_id="unknown"))
        assert store.find_grant("grant-1", NOW) is None
        assert store.find_code(CODE.code_hash) is None

    def test_find_grant(self, store: Store) -> None:
        """A live grant is found, field by field."""
        add_all(store)

        assert [store.find_grant(grant.id, NOW) for grant in GRANTS] == GRANTS

    @pytest.mark.parametrize("grant_id", ["revoked", "expired", "unknown", "\ud800"])
    def test_find_grant_refuses(self, store: Store, grant_id: str) -> None:
        """A grant that has ended or never was gives None."""
        add_all(store)

        assert store.find_grant(grant_id, NOW) is None

    @NARROWED
    def test_list_grants(self, store: Store, client_id: str | None, subject: str | None, numbers: str) -> None:
        """The live grants of the client and the person are listed, the oldest first."""
        add_all(store)
        found = store.list_grants(NOW, client_id=client_id, subject=subject)

        assert numbers_of(found) == numbers
        assert all(grant in [replace(known, provider_token=None) for known in GRANTS] for grant in found)

    @NARROWED
    def test_revoke_grants(self, store: Store, client_id: str | None, subject: str | None, numbers: str) -> None:
        """Those that would be listed are ended and counted, once, and no other."""
        add_all(store)

        assert store.revoke_grants(NOW, client_id=client_id, subject=subject) == len(numbers)
        assert set(numbers_of(store.list_grants(NOW))) == set("1234") - set(numbers)
        assert store.revoke_grants(NOW, client_id=client_id, subject=subject) == 0

    def test_revoke_grants_ends_tokens(self, store: Store) -> None:
        """The codes and tokens of all grants that were ended together are not found any more."""
        issue(store)
        store.revoke_grants(NOW)

        assert store.find_code(CODE.code_hash) is None
        assert store.find_token(ACCESS.token_hash, NOW) is None
        assert store.find_refresh_token(REFRESH.token_hash, NOW) is None

    def test_revoke_grant(self, store: Store) -> None:
        """Revoking ends the used code and both tokens of the grant, and again changes nothing."""
        issue(store)
        store.revoke_grant("grant-1", NOW)
        store.revoke_grant("grant-1", NOW + 1)

        assert store.find_code(CODE.code_hash) is None
        assert store.find_token(ACCESS.token_hash, NOW) is None
        assert store.find_token(REFRESH.token_hash, NOW) is None

    def test_revoke_grant_before_redemption(self, store: Store) -> None:
        """The code of a revoked grant is neither found nor redeemed."""
        store.add_grant(GRANT, CODE)
        store.revoke_grant("grant-1", NOW)

        assert store.find_code(CODE.code_hash) is None
        assert not store.redeem_code(CODE.code_hash, [ACCESS], NOW)

    def test_revoke_only_that_grant(self, store: Store) -> None:
        """Revoking another grant, or one that does not exist, leaves this one alone."""
        issue(store)
        store.add_grant(replace(GRANT, id="grant-2"), replace(CODE, code_hash=digest("2"), grant_id="grant-2"))
        store.revoke_grant("grant-2", NOW)
        store.revoke_grant("unknown", NOW)

        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)

    def test_lease_refresh(self, store: Store) -> None:
        """The lease is another's until its time is over, for each grant."""
        add_all(store)

        assert store.lease_refresh("grant-1", NOW, 10)
        assert not store.lease_refresh("grant-1", NOW - 1, 10)
        assert not store.lease_refresh("grant-1", NOW + 9, 10)
        assert store.lease_refresh("grant-2", NOW, 10)
        assert store.lease_refresh("grant-1", NOW + 10, 10)
        assert not store.lease_refresh("grant-1", NOW + 19, 10)

    @pytest.mark.parametrize("grant_id", ["revoked", "expired", "unknown"])
    def test_ended_grant_has_no_provider_token(self, store: Store, grant_id: str) -> None:
        """The provider's token of a grant that has ended or never was is neither refreshed nor replaced."""
        add_all(store)

        assert not store.lease_refresh(grant_id, NOW, 10)
        assert not store.save_provider_token(grant_id, FRESH, NOW)
        store.release_refresh(grant_id)
        assert store.list_grants(NOW, client_id="client-2") == [replace(GRANTS[1], provider_token=None)]

    def test_save_provider_token(self, store: Store) -> None:
        """A new provider token replaces the old one, ends the lease, and touches no other grant."""
        issue(store)
        add_grant(store, GRANTS[1])
        store.lease_refresh("grant-1", NOW, 10)

        assert store.save_provider_token("grant-1", FRESH, NOW)
        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, replace(GRANT, provider_token=FRESH))
        assert store.find_grant("grant-2", NOW) == GRANTS[1]
        assert store.lease_refresh("grant-1", NOW, 10)

    def test_release_refresh(self, store: Store) -> None:
        """A released lease can be taken again, and the provider's token is the old one."""
        issue(store)
        store.lease_refresh("grant-1", NOW, 10)
        store.release_refresh("grant-1")

        assert store.lease_refresh("grant-1", NOW, 10)
        assert store.find_grant("grant-1", NOW) == GRANT

    def test_revoked_during_a_refresh(self, store: Store) -> None:
        """The token that comes back for a grant that was revoked meanwhile is not kept."""
        issue(store)
        store.lease_refresh("grant-1", NOW, 10)
        store.revoke_grant("grant-1", NOW)

        assert not store.save_provider_token("grant-1", FRESH, NOW)
        assert store.find_grant("grant-1", NOW) is None

    def test_race_to_refresh(self, store: Store) -> None:
        """Of threads that would refresh the provider's token at once, exactly one may."""
        issue(store)

        assert sum(race(lambda: store.lease_refresh("grant-1", NOW, 10))) == 1

    def test_person_without_profile(self, store: Store) -> None:
        """A person's fields come back whichever the provider told."""
        users = [
            replace(USER, name=None),
            replace(USER, email=None),
            replace(USER, organizations=()),
            replace(USER, instance_url=None),
            replace(USER, sites=()),
        ]
        for number, user in enumerate(users):
            add_grant(store, replace(GRANT, id=str(number), user=user))

        assert [grant.user for grant in store.list_grants(NOW)] == users
