"""A provider whose tokens can be refreshed, an audit that remembers, and what several processes do with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mxcp_flask.oauth.audit import Audit
from mxcp_flask.oauth.provider_tokens import EARLY, ProviderTokens
from mxcp_flask.records import Grant, ProviderToken, User
from mxcp_flask.store import Keyring, SqliteStore, Store
from tests.contracts.store.samples import CODE, GRANT, NOW, race
from tests.oauth.parties import PlainProvider
from tests.support.clock import Clock

ENDS = NOW + 28_800
OLD = ProviderToken("old-access-token", "old-refresh-token", ENDS, "user:email", "https://ada.example")
NEW = ProviderToken("new-access-token", "new-refresh-token", ENDS + 28_800, "user:email", "https://ada.example")
THREADS = 4  # of each process


class RefreshingProvider(PlainProvider):
    """Gives ``NEW``, or fails with ``failure``. ``meanwhile`` runs while it thinks."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None
        self.refreshed: list[ProviderToken] = []
        self.described = 0  # how often somebody asked who a token belongs to

    def refresh(self, token: ProviderToken) -> ProviderToken:
        """Remember what was asked."""
        self.refreshed.append(token)
        self.meanwhile()
        if self.failure:
            raise self.failure
        return NEW

    def fetch_user(self, token: ProviderToken) -> User:
        """Count."""
        self.described += 1
        return super().fetch_user(token)


class RememberingAudit(Audit):
    """Keeps the events with their facts."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, str | None]]] = []

    def record(self, event: str, **facts: str | None) -> None:
        """Keep one."""
        self.events.append((event, facts))


@dataclass
class Scene:
    """A grant in a store, a provider, and us: the time is when the grant's token is to be refreshed."""

    store: Store
    grant: Grant
    clock: Clock = field(default_factory=lambda: Clock(ENDS - EARLY))
    provider: RefreshingProvider = field(default_factory=RefreshingProvider)
    audit: RememberingAudit = field(default_factory=RememberingAudit)
    pauses: list[float] = field(default_factory=list)
    on_pause: Callable[[], object] = lambda: None

    @property
    def tokens(self) -> ProviderTokens:
        """Return what is tested. When it waits, ``on_pause`` is what the others do."""
        return ProviderTokens(self.store, self.provider, self.clock, self.audit, self._pause)

    @property
    def now(self) -> int:
        """Return the time in whole seconds."""
        return int(self.clock())

    def kept(self) -> ProviderToken | None:
        """Return the token in the store."""
        found = self.store.find_grant(self.grant.id, self.now)
        assert found is not None
        return found.provider_token

    def other_leases(self) -> None:
        """Let another worker begin to refresh."""
        assert self.store.lease_refresh(self.grant.id, self.now, 40)

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.on_pause()


def with_token(token: ProviderToken | None) -> Grant:
    """Return ``GRANT``, which lives long enough, with ``token``."""
    fields = {**vars(GRANT), "provider_token": token}
    return Grant(**fields)


def refresh_in_threads(path: Path, number: int) -> list[str]:
    """Let the threads of process ``number`` need the token at once; return those that they got, and the refreshes."""
    store = SqliteStore(path, Keyring.beside(path))
    provider = RefreshingProvider()
    tokens = ProviderTokens(store, provider, Clock(ENDS), Audit())
    found = store.find_grant(GRANT.id, ENDS)
    assert found is not None, number
    grants = race(lambda: tokens.alive(found), racers=THREADS)
    store.close()
    got = [grant.provider_token.access_token for grant in grants if grant.provider_token]
    return got + ["refreshed"] * len(provider.refreshed)


def prepare(path: Path) -> None:
    """Make the database, with a grant whose token is ``OLD``."""
    store = SqliteStore(path, Keyring.beside(path))
    store.add_grant(with_token(OLD), CODE)
    store.close()
