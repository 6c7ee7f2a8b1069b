"""Everything that processes do with one store, mixed and counted, so that nothing lost goes unseen."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

from mxcp_flask.digests import digest
from mxcp_flask.records import Grant, ProviderToken, Token
from mxcp_flask.store import Keyring, Store
from tests.contracts.store.samples import ACCESS, CODE, GRANT, NOW, REFRESH, race
from tests.store.places import Place, look, open_store

KEYS = {"k1": bytes(32), "k2": bytes(range(32))}
SHARED = ["shared-0", "shared-1", "shared-2"]
_DURATION = 2.5  # seconds
_THREADS = 4


def grant_of(grant_id: str) -> Grant:
    """Return a grant whose provider's token was refreshed 0 times."""
    return replace(GRANT, id=grant_id, provider_token=ProviderToken("0"))


def token_of(grant_id: str, generation: int) -> Token:
    """Return the refresh token that so many rotations lead to."""
    return replace(REFRESH, token_hash=digest(f"{grant_id} {generation}"), grant_id=grant_id)


def add(store: Store, grant_id: str) -> None:
    """Add the grant with its first refresh token."""
    code = replace(CODE, code_hash=digest(f"code of {grant_id}"), grant_id=grant_id)
    access = replace(ACCESS, token_hash=digest(f"access token of {grant_id}"), grant_id=grant_id)
    store.add_grant(grant_of(grant_id), code)
    assert store.redeem_code(code.code_hash, [access, token_of(grant_id, 0)], NOW)


def mix(place: Place, number: int) -> Counter[str]:
    """Let four threads do everything for 2.5 seconds; return how often each thing was done.

    Every other process has another key first, so there is always something to seal anew.
    """
    store = open_store(place, Keyring(dict(sorted(KEYS.items(), reverse=number % 2 == 1))))
    names = iter([f"{number}-{thread}" for thread in range(_THREADS)])
    done = race(lambda: _Worker(store, next(names)).work(), racers=_THREADS)
    store.close()
    return sum(done, Counter())


def check_mixture(place: Place, results: list[Any]) -> None:
    """Require of what processes got from ``mix`` that nothing failed, and that each rotation and refresh is there."""
    assert [result for result in results if not isinstance(result, Counter)] == []
    done = sum(results, Counter[str]())
    with closing(open_store(place, Keyring(KEYS))) as store:
        grants = [store.find_grant(grant_id, NOW) for grant_id in SHARED]

    refreshes = [int(grant.provider_token.access_token) for grant in grants if grant and grant.provider_token]
    assert (len(refreshes), sum(refreshes)) == (len(SHARED), done["refresh"])
    assert look(place, "SELECT count(*), max(uses) FROM token WHERE uses > 0") == [(done["rotate"], 1)]
    assert min(done[action] for action in ("rotate", "refresh", "revoke", "sweep", "reseal")) > 0


def add_shared(place: Place) -> None:
    """Add the grants that all processes work on."""
    with closing(open_store(place, Keyring(KEYS))) as store:
        for grant_id in SHARED:
            add(store, grant_id)


class _Worker:
    """One thread. Each action says whether it did something."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name
        self._choose = random.Random(name)  # noqa: S311 - not a secret
        self._generations = dict.fromkeys(SHARED, 0)
        self._added = 0

    def work(self) -> Counter[str]:
        actions: list[Callable[[], bool | int]] = [
            self.rotate,
            self.refresh,
            self.revoke,
            self.sweep,
            self._store.reseal,
        ]
        done, deadline = Counter[str](), time.monotonic() + _DURATION
        while time.monotonic() < deadline:
            action = self._choose.choice(actions)
            done[action.__name__] += int(action())
        return done

    def rotate(self) -> bool:
        """Take the next step in a grant's chain. A second success for one token would add its follower twice."""
        grant_id = self._choose.choice(SHARED)
        generation = self._generations[grant_id]
        self._generations[grant_id] += 1
        old, new = token_of(grant_id, generation), token_of(grant_id, generation + 1)
        assert self._store.find_refresh_token(old.token_hash, NOW)
        return self._store.rotate_token(old.token_hash, [new], NOW, grace=0, most=1)

    def refresh(self) -> bool:
        """Count up in the provider's token, under the lease."""
        grant_id = self._choose.choice(SHARED)
        if not self._store.lease_refresh(grant_id, NOW, 60):
            return False
        grant = self._store.find_grant(grant_id, NOW)
        assert grant is not None
        assert grant.provider_token is not None
        fresh = ProviderToken(str(int(grant.provider_token.access_token) + 1))
        return self._store.save_provider_token(grant_id, fresh, NOW)

    def revoke(self) -> bool:
        """Add a grant and end it."""
        self._added += 1
        grant_id = f"{self._name}-{self._added}"
        add(self._store, grant_id)
        self._store.revoke_grant(grant_id, NOW)
        return self._store.find_refresh_token(token_of(grant_id, 0).token_hash, NOW) is None

    def sweep(self) -> bool:
        """Delete some of what was revoked."""
        return self._store.sweep(NOW, 5, unused_before=NOW, idle_before=NOW) > 0
