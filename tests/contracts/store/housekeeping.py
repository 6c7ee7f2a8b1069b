"""What every store promises about sweeping, sealing anew and its own health."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreError
from mxcp_flask.records import Client
from mxcp_flask.store import Store
from tests.contracts.store.samples import (
    ACCESS,
    CLIENT,
    CODE,
    DOCUMENT,
    GRANT,
    LATER,
    NOW,
    PENDING,
    REFRESH,
    follower,
    issue,
    race,
)

OLD, DAY = NOW - 100_000, 86_400
REGISTERED = replace(CLIENT, issued_at=OLD)
CACHED = replace(DOCUMENT, client_id="client-1", issued_at=NOW, fresh_until=OLD)


class HousekeepingContract:
    """Inherited through ``StoreContract``."""

    def test_each_purpose_has_a_key_of_its_own(self, store: Store) -> None:
        """A derived key must be the same each time, 32 bytes, and no other purpose's."""
        key = store.derived_key("one")

        assert len(key) == 32
        assert store.derived_key("one") == key
        assert store.derived_key("other") != key

    def test_sweep_keeps_what_lives(self, store: Store) -> None:
        """Nothing goes before its time is over, and a used code stays beyond its own."""
        store.add_pending(PENDING)
        issue(store)

        assert store.sweep(NOW, 100) == 0
        assert store.sweep(CODE.expires_at, 100) == 0
        assert store.find_pending(PENDING.handle_hash, NOW) == PENDING
        assert store.find_code(CODE.code_hash) == replace(CODE, used_at=NOW)

    def test_sweep_by_and_by(self, store: Store) -> None:
        """Each row goes when its time is over: the request, the access token, then the grant with all the rest."""
        store.add_client(CLIENT)
        store.add_pending(PENDING)
        issue(store)

        assert store.sweep(LATER, 100) == 1
        assert store.find_pending(PENDING.handle_hash, NOW) is None
        assert store.sweep(ACCESS.expires_at, 100) == 1
        assert store.find_token(ACCESS.token_hash, NOW) is None
        assert store.sweep(GRANT.expires_at, 100) == 3
        assert store.find_code(CODE.code_hash) is None
        assert store.sweep(GRANT.expires_at, 100) == 0
        assert store.get_client("client-1") == CLIENT

    def test_sweep_unused_code(self, store: Store) -> None:
        """A code that nobody used goes when its time is over, and its grant stays."""
        store.add_grant(GRANT, CODE)

        assert store.sweep(CODE.expires_at, 100) == 1
        assert store.find_code(CODE.code_hash) is None
        with pytest.raises(StoreError):
            store.add_grant(GRANT, CODE)

    def test_sweep_revoked_grant(self, store: Store) -> None:
        """A revoked grant goes with its code and tokens, although their time is not over."""
        issue(store)
        store.revoke_grant("grant-1", NOW)

        assert store.sweep(NOW, 100) == 4
        issue(store)

    def test_sweep_limit(self, store: Store) -> None:
        """At most ``limit`` rows of each kind go at a time, and a grant not before what names it."""
        for number in range(3):
            store.add_pending(replace(PENDING, handle_hash=digest(str(number))))
        issue(store)

        assert store.sweep(GRANT.expires_at, 1) == 3  # a request, a token, the code
        assert store.sweep(GRANT.expires_at, 1) == 3  # a request, a token, the grant
        assert store.sweep(GRANT.expires_at, 1) == 1
        assert store.sweep(GRANT.expires_at, 1) == 0

    def test_sweep_keeps_rotated_tokens(self, store: Store) -> None:
        """A rotated refresh token stays for as long as it could be reused, and goes when its time is over."""
        issue(store)
        ends_at = GRANT.expires_at
        store.rotate_token(REFRESH.token_hash, [follower("last", ends_at)], NOW, grace=0, most=1)

        assert store.sweep(REFRESH.expires_at - 1, 100) == 1  # the access token
        assert store.find_refresh_token(REFRESH.token_hash, NOW) == (replace(REFRESH, used_at=NOW, uses=1), GRANT)
        assert store.sweep(REFRESH.expires_at, 100) == 1
        assert store.find_refresh_token(REFRESH.token_hash, NOW) is None

    def test_sweep_tallies(self, store: Store) -> None:
        """What was counted goes when its window is over, and not before."""
        store.count("address", 60, 60)
        store.count("address", 60, 120)

        assert store.sweep(119, 100) == 0
        assert store.sweep(120, 1) == 1
        assert store.sweep(120, 1) == 1
        assert store.count("address", 60, 60) == 1

    @pytest.mark.parametrize(
        ("client", "goes"),
        [
            (REGISTERED, True),
            (replace(REGISTERED, issued_at=NOW - DAY), False),
            (replace(REGISTERED, last_used_at=NOW - 2 * DAY - 1), True),
            (replace(REGISTERED, last_used_at=NOW - 2 * DAY), False),
            (replace(CACHED, last_used_at=None), True),
            (replace(CACHED, last_used_at=None, issued_at=OLD, fresh_until=NOW - DAY), False),
            (replace(CACHED, last_used_at=NOW - 2 * DAY - 1), True),
            (replace(CACHED, last_used_at=NOW - 2 * DAY), False),
        ],
        ids=[f"{kind} {use}" for kind in ("registered", "cached") for use in ("unused", "new", "idle", "in use")],
    )
    def test_sweep_clients(self, store: Store, client: Client, goes: bool) -> None:
        """A client that is unused since a day or idle since two goes, when sweeping is told so."""
        store.put_client(client)

        assert store.sweep(NOW, 100) == 0
        assert store.sweep(NOW, 100, unused_before=NOW - DAY, idle_before=NOW - 2 * DAY) == int(goes)
        assert store.list_clients() == ([] if goes else [client])

    def test_sweep_spares_kinds(self, store: Store) -> None:
        """Without one of the times, the clients that it is about stay."""
        store.put_client(REGISTERED)
        store.put_client(replace(CACHED, client_id="idle", last_used_at=OLD))

        assert store.sweep(NOW, 100, unused_before=NOW) == 1
        assert [client.client_id for client in store.list_clients()] == ["idle"]
        assert store.sweep(NOW, 100, idle_before=NOW) == 1

    def test_sweep_limits_clients(self, store: Store) -> None:
        """At most ``limit`` clients go at a time."""
        for number in range(3):
            store.add_client(replace(REGISTERED, client_id=str(number)))

        assert [store.sweep(NOW, 2, unused_before=NOW) for _ in range(3)] == [2, 1, 0]

    @pytest.mark.parametrize(
        "begin", [lambda store: store.add_grant(GRANT, CODE), lambda store: store.add_pending(PENDING)]
    )
    @pytest.mark.parametrize("client", [REGISTERED, replace(CACHED, last_used_at=OLD)], ids=["unused", "idle"])
    def test_sweep_keeps_busy_clients(self, store: Store, begin: Callable[[Store], None], client: Client) -> None:
        """A client with a live grant or a request on its way stays, until that is over."""
        store.put_client(client)
        begin(store)

        assert store.sweep(NOW, 100, unused_before=NOW, idle_before=NOW) == 0
        assert store.list_clients() == [client]
        store.sweep(GRANT.expires_at, 100, unused_before=NOW, idle_before=NOW)
        assert store.list_clients() == []

    def test_claim_sweep(self, store: Store) -> None:
        """The right to sweep is another's until its time is over."""
        assert store.claim_sweep(NOW, 10)
        assert not store.claim_sweep(NOW - 1, 10)
        assert not store.claim_sweep(NOW + 9, 10)
        assert store.claim_sweep(NOW + 10, 10)
        assert not store.claim_sweep(NOW + 19, 10)

    def test_race_to_sweep(self, store: Store) -> None:
        """Of threads that would sweep at once, exactly one may, also when an older right has just ended."""
        assert sum(race(lambda: store.claim_sweep(NOW, 10))) == 1
        assert sum(race(lambda: store.claim_sweep(NOW + 10, 10))) == 1

    def test_reseal_changes_nothing_else(self, store: Store) -> None:
        """With one key there is nothing to seal anew, and everything comes back as it was."""
        store.add_pending(PENDING)
        issue(store)

        assert store.reseal() == 0
        assert store.find_pending(PENDING.handle_hash, NOW) == PENDING
        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)

    def test_check(self, store: Store) -> None:
        """A store in order passes its check, and the check leaves it usable."""
        store.check()
        store.add_client(CLIENT)
        store.check()
