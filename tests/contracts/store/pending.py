"""What every store promises about authorization requests on their way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreError
from mxcp_flask.records import PendingAuthorization
from mxcp_flask.store import Store
from tests.contracts.store.samples import APPROVED, LATER, NOW, PENDING, RACERS, approve, race, take


class PendingContract:
    """Inherited through ``StoreContract``."""

    def test_pending_round_trip(self, store: Store) -> None:
        """A pending authorization comes back field by field."""
        store.add_pending(PENDING)

        assert store.find_pending(PENDING.handle_hash, NOW) == PENDING

    @pytest.mark.parametrize(("handle_hash", "now"), [(digest("other"), NOW), (PENDING.handle_hash, LATER)])
    def test_find_pending_refuses(self, store: Store, handle_hash: str, now: int) -> None:
        """An unknown handle, and one whose time has come, give None."""
        store.add_pending(PENDING)

        assert store.find_pending(handle_hash, now) is None

    def test_pending_twice(self, store: Store) -> None:
        """A second request with the same handle is refused and changes nothing."""
        store.add_pending(PENDING)

        with pytest.raises(StoreError):
            store.add_pending(replace(PENDING, scope="mxcp:admin"))
        assert store.find_pending(PENDING.handle_hash, NOW) == PENDING

    def test_approve_pending(self, store: Store) -> None:
        """Approval replaces the browser binding, sets state and verifier, and returns what is kept from then on."""
        store.add_pending(PENDING)

        assert approve(store) == APPROVED
        assert store.find_pending(PENDING.handle_hash, NOW) == APPROVED

    def test_close_pending(self, store: Store) -> None:
        """Declining moves the request to the stage done, where it can still be found."""
        store.add_pending(PENDING)
        done = replace(PENDING, stage="done")

        assert store.close_pending(PENDING.handle_hash, NOW) == done
        assert store.find_pending(PENDING.handle_hash, NOW) == done

    def test_take_pending(self, store: Store) -> None:
        """Taking moves the request to the stage done and returns its verifier."""
        store.add_pending(PENDING)
        approve(store)
        done = replace(APPROVED, stage="done")

        assert take(store) == done
        assert store.find_pending(PENDING.handle_hash, NOW) == done

    @pytest.mark.parametrize("answered", ["approved", "declined", "taken"])
    def test_answered_once(self, store: Store, answered: str) -> None:
        """What was approved, declined or taken cannot be approved or declined again."""
        store.add_pending(PENDING)
        if answered == "declined":
            store.close_pending(PENDING.handle_hash, NOW)
        else:
            approve(store)
        if answered == "taken":
            take(store)

        assert approve(store) is None
        assert store.close_pending(PENDING.handle_hash, NOW) is None

    def test_answer_expired_or_unknown(self, store: Store) -> None:
        """An expired or unknown request can be neither approved nor declined."""
        assert approve(store) is None
        assert store.close_pending(PENDING.handle_hash, NOW) is None
        store.add_pending(PENDING)

        assert approve(store, LATER) is None
        assert store.close_pending(PENDING.handle_hash, LATER) is None
        assert store.find_pending(PENDING.handle_hash, NOW) == PENDING

    def test_take_by_foreign_browser(self, store: Store) -> None:
        """Another browser gets None and does not use the state up."""
        store.add_pending(PENDING)
        approve(store)

        assert take(store, browser_hash=PENDING.browser_hash) is None
        assert take(store) is not None

    def test_take_twice_or_late(self, store: Store) -> None:
        """A state is taken once and before its time is over."""
        store.add_pending(PENDING)
        approve(store)

        assert take(store, LATER) is None
        assert take(store) is not None
        assert take(store) is None

    def test_take_before_approval(self, store: Store) -> None:
        """No state belongs to a request that waits for consent or was declined."""
        store.add_pending(PENDING)
        assert take(store) is None
        store.close_pending(PENDING.handle_hash, NOW)

        assert take(store) is None

    def test_race_to_approve_or_decline(self, store: Store) -> None:
        """Of threads that approve and threads that decline at once, exactly one succeeds."""
        store.add_pending(PENDING)
        turns = iter(range(RACERS))

        def answer() -> PendingAuthorization | None:
            return approve(store) if next(turns) % 2 else store.close_pending(PENDING.handle_hash, NOW)

        assert sum(result is not None for result in race(answer)) == 1

    def test_race_to_take(self, store: Store) -> None:
        """Of threads that come with the same state at once, exactly one gets the request."""
        store.add_pending(PENDING)
        approve(store)

        assert sum(result is not None for result in race(lambda: take(store))) == 1
