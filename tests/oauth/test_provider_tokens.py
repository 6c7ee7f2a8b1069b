"""The provider's token: refreshed in time, by one, saved before it is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.errors import ProviderGrantEnded, StoreError, StoreNotUsable, TokenInvalid
from mxcp_flask.oauth.provider_tokens import EARLY, LEASE
from mxcp_flask.providers.http import TOTAL_SECONDS
from mxcp_flask.records import ProviderToken
from mxcp_flask.store import Keyring, MemoryStore, SqliteStore, Store
from tests.contracts.store.samples import CODE
from tests.oauth.refreshing import ENDS, NEW, OLD, Scene, with_token


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return either store, empty."""
    store: Store = MemoryStore()
    if request.param == "sqlite":
        store = SqliteStore(tmp_path / "oauth.db", Keyring({"k1": bytes(32)}))
    yield store
    store.close()


def scene_with(store: Store, token: ProviderToken | None) -> Scene:
    """Return the scene around a grant with ``token``."""
    grant = with_token(token)
    store.add_grant(grant, CODE)
    return Scene(store, grant)


@pytest.fixture
def scene(store: Store) -> Scene:
    """Return the scene around a grant whose token ends in ``EARLY`` seconds."""
    return scene_with(store, OLD)


@pytest.fixture
def waiting(scene: Scene) -> Scene:
    """Return the scene when the token has ended, and another worker refreshes it."""
    scene.clock.now = ENDS
    scene.other_leases()
    return scene


@pytest.mark.parametrize(("left", "refreshes"), [(EARLY + 1, 0), (EARLY, 1), (1, 1), (0, 1), (-1000, 1)])
def test_refreshed_shortly_before_its_end(scene: Scene, left: int, refreshes: int) -> None:
    """A token is refreshed from two minutes before its end on, and not earlier."""
    scene.clock.now = ENDS - left
    token = scene.tokens.alive(scene.grant).provider_token

    assert len(scene.provider.refreshed) == refreshes
    assert token == (NEW if refreshes else OLD)


def test_new_token_is_kept(scene: Scene) -> None:
    """The refresh asks with the old token; the new one is in the store, and with it nothing more is asked."""
    first = scene.tokens.alive(scene.grant)
    second = scene.tokens.alive(first)

    assert first == second == replace(scene.grant, provider_token=NEW)
    assert scene.kept() == NEW
    assert scene.provider.refreshed == [OLD]
    assert scene.store.lease_refresh(scene.grant.id, scene.now, LEASE), "the lease must be over"


def test_person_is_not_described_again(scene: Scene) -> None:
    """Who the person is was settled at the sign-in: a refresh does not ask the provider for it."""
    renewed = scene.tokens.alive(scene.grant)

    assert renewed.user == scene.grant.user
    assert scene.provider.described == 0


def test_who_comes_late_with_the_old_token_gets_the_new_one(scene: Scene) -> None:
    """A request that read the grant before the refresh, and leases after it, must not use the refresh token again."""
    scene.tokens.alive(scene.grant)
    late = scene.tokens.alive(scene.grant)

    assert late.provider_token == NEW
    assert len(scene.provider.refreshed) == 1
    assert scene.store.lease_refresh(scene.grant.id, scene.now, LEASE)


def test_token_that_lasts_serves_while_another_refreshes(scene: Scene) -> None:
    """Up to its last second the old token is good enough, so nobody waits for the new one."""
    scene.clock.now = ENDS - 1
    scene.other_leases()

    assert scene.tokens.alive(scene.grant) == scene.grant
    assert (scene.pauses, scene.provider.refreshed) == ([], [])


def test_who_waits_gets_the_new_token(waiting: Scene) -> None:
    """While another refreshes, one waits and does not ask the provider."""
    waiting.on_pause = lambda: waiting.store.save_provider_token(waiting.grant.id, NEW, waiting.now)

    assert waiting.tokens.alive(waiting.grant).provider_token == NEW
    assert waiting.provider.refreshed == []
    assert len(waiting.pauses) == 1


def test_token_that_comes_between_look_and_lease(waiting: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits gets the new token also when it is saved right after a look that still saw the old one."""
    lease = waiting.store.lease_refresh
    claims: list[bool] = []

    def save_before(grant_id: str, now: int, seconds: int) -> bool:
        if claims:  # the first claim is refused; the second comes when the other one is just done
            waiting.store.save_provider_token(grant_id, NEW, now)
        claims.append(lease(grant_id, now, seconds))
        return claims[-1]

    monkeypatch.setattr(waiting.store, "lease_refresh", save_before)
    token = waiting.tokens.alive(waiting.grant).provider_token

    assert claims == [False, True]
    assert token == NEW
    assert waiting.provider.refreshed == []


def test_who_waits_goes_on_when_the_other_gives_up(waiting: Scene) -> None:
    """When the other one failed, the old token serves; the next request tries again."""
    waiting.on_pause = lambda: waiting.store.release_refresh(waiting.grant.id)

    assert waiting.tokens.alive(waiting.grant).provider_token == OLD
    assert (len(waiting.pauses), waiting.provider.refreshed) == (1, [])
    assert waiting.tokens.alive(waiting.grant).provider_token == NEW


def test_who_waits_goes_on_when_the_other_died(waiting: Scene) -> None:
    """When the lease has run out, nobody waits for its holder any more, and the next request refreshes."""
    waiting.on_pause = lambda: waiting.clock.advance(LEASE / 2)

    assert waiting.tokens.alive(waiting.grant).provider_token == OLD
    assert len(waiting.pauses) == 2
    assert waiting.tokens.alive(waiting.grant).provider_token == NEW


def test_patience_ends(waiting: Scene) -> None:
    """Nobody waits longer than a lease lasts, which is longer than the provider may take."""
    assert waiting.tokens.alive(waiting.grant).provider_token == OLD
    assert sum(waiting.pauses) == pytest.approx(LEASE)
    assert LEASE > TOTAL_SECONDS


def test_rotated_token_that_cannot_be_saved_is_not_used(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the store fails, the new token goes nowhere."""

    def fail(*_: object) -> bool:
        raise StoreNotUsable(path="oauth.db", reason="disk full")

    monkeypatch.setattr(scene.store, "save_provider_token", fail)
    with pytest.raises(StoreError, match="disk full"):
        scene.tokens.alive(scene.grant)


def test_provider_ends_the_grant(scene: Scene) -> None:
    """When the provider no longer honours the refresh token, our grant is over, and the audit says so."""
    scene.provider.failure = ProviderGrantEnded(title="Plain", reason="invalid_grant")

    with pytest.raises(TokenInvalid):
        scene.tokens.alive(scene.grant)
    assert scene.store.find_grant(scene.grant.id, scene.now) is None
    (event, facts) = scene.audit.events[0]
    assert event == "grant_ended"
    assert facts == {
        "client": scene.grant.client_id,
        "subject": scene.grant.user.subject,
        "grant": scene.grant.id,
        "reason": "the provider ended it",
    }
    with pytest.raises(TokenInvalid):
        scene.tokens.alive(scene.grant)
    assert len(scene.audit.events) == len(scene.provider.refreshed) == 1


def test_who_waits_learns_that_the_grant_is_over(waiting: Scene) -> None:
    """When the other one learns that the grant is over, so do those who wait."""
    waiting.on_pause = lambda: waiting.store.revoke_grant(waiting.grant.id, waiting.now)

    with pytest.raises(TokenInvalid):
        waiting.tokens.alive(waiting.grant)
    assert waiting.provider.refreshed == []


def test_grant_that_is_revoked_meanwhile(scene: Scene) -> None:
    """A grant that is revoked while the provider thinks stays so, and the new token is dropped."""
    scene.provider.meanwhile = lambda: scene.store.revoke_grant(scene.grant.id, scene.now)

    with pytest.raises(TokenInvalid):
        scene.tokens.alive(scene.grant)
    assert len(scene.provider.refreshed) == 1
    assert scene.store.find_grant(scene.grant.id, scene.now) is None


@pytest.mark.parametrize("token", [None, replace(OLD, refresh_token=None)])
def test_without_refresh_token_nothing_happens(store: Store, token: ProviderToken | None) -> None:
    """What cannot be refreshed is left alone, however old it is, and no lease is taken."""
    scene = scene_with(store, token)
    scene.clock.now = ENDS + 1

    assert scene.tokens.alive(scene.grant) is scene.grant
    assert scene.tokens.renewed(scene.grant) is scene.grant
    assert scene.provider.refreshed == []
    assert scene.store.lease_refresh(scene.grant.id, scene.now, LEASE)


def test_unknown_end(store: Store) -> None:
    """A token whose end is unknown is refreshed on demand only."""
    scene = scene_with(store, replace(OLD, expires_at=None))
    scene.clock.now = ENDS + 1

    assert scene.tokens.alive(scene.grant) is scene.grant
    assert scene.provider.refreshed == []
    assert scene.tokens.renewed(scene.grant).provider_token == NEW
    assert scene.kept() == NEW


def test_refused_token_is_renewed_once(scene: Scene) -> None:
    """Of two requests whose token the provider refused, the second gets what the first one brought."""
    scene.clock.now = ENDS - 10_000
    first, second = scene.tokens.renewed(scene.grant), scene.tokens.renewed(scene.grant)

    assert first.provider_token == second.provider_token == NEW
    assert len(scene.provider.refreshed) == 1
