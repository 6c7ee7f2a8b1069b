"""One process's authorization server over the shared store, and a provider that sees what all processes refresh."""

from __future__ import annotations

import time
from dataclasses import dataclass

from mxcp_flask.errors import TokenInvalid
from mxcp_flask.oauth.audit import Audit
from mxcp_flask.oauth.bearer import BearerAuthentication
from mxcp_flask.oauth.provider_tokens import EARLY, ProviderTokens
from mxcp_flask.oauth.registration import register
from mxcp_flask.oauth.registration_limits import RegistrationLimits
from mxcp_flask.oauth.scopes import ScopePolicy
from mxcp_flask.oauth.server import AuthorizationServer
from mxcp_flask.oauth.signin import SignIn
from mxcp_flask.oauth.tokens import Lifetimes
from mxcp_flask.records import Grant, ProviderToken
from mxcp_flask.store import Keyring
from tests.contracts.store.samples import NOW
from tests.endurance.board import Board
from tests.oauth.parties import REDIRECT_URI, URLS, PlainProvider, Walk
from tests.store.mixture import KEYS
from tests.store.places import Place, open_store

_POLICY = ScopePolicy()
_METADATA = {
    "redirect_uris": [REDIRECT_URI],
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "none",
}
_LASTS = 1  # second until a provider's token is to be refreshed


@dataclass(frozen=True)
class SharedClock:
    """Gives all processes the same time. It began at ``NOW``, the beginning of an hour, when ``start`` was."""

    start: float

    def __call__(self) -> float:
        """Return seconds since the epoch."""
        return NOW + time.time() - self.start


class RotatingProvider(PlainProvider):
    """Its refresh tokens work once, whichever process comes with them: a second use raises FileExistsError."""

    def __init__(self, board: Board, clock: SharedClock) -> None:
        super().__init__()
        self._board = board
        self.clock = clock

    def exchange(self, code: str, callback_url: str, verifier: str) -> ProviderToken:  # noqa: ARG002 (the interface)
        """Give the first token of ``code``."""
        return self._token(code, 0)

    def refresh(self, token: ProviderToken) -> ProviderToken:
        """Give the token that follows ``token``, which must be due."""
        assert token.expires_at is not None
        assert token.expires_at - EARLY <= self.clock()
        code, generation = token.access_token.split(".")
        self._board.claim(f"refreshed.{token.access_token}")
        return self._token(code, int(generation) + 1)

    def _token(self, code: str, generation: int) -> ProviderToken:
        name = f"{code}.{generation}"
        return ProviderToken(name, f"refresh token of {name}", int(self.clock()) + EARLY + _LASTS)


@dataclass(frozen=True)
class Family:
    """What a client holds."""

    client_id: str
    access: str
    refresh: str


@dataclass
class Desk:
    """The services of process ``number``. Of two processes, each has another key first."""

    place: Place
    board: Board
    start: float
    number: int = 0

    def __post_init__(self) -> None:
        clock, keys = SharedClock(self.start), sorted(KEYS.items(), reverse=self.number % 2 == 1)
        self.store = open_store(self.place, Keyring(dict(keys)))
        provider = RotatingProvider(self.board, clock)
        self.server = AuthorizationServer(self.store, self.store, _POLICY, Lifetimes(), clock, provider.name)
        self.strict_server = AuthorizationServer(
            self.store, self.store, _POLICY, Lifetimes(grace=0), clock, provider.name
        )
        self.limits = RegistrationLimits(self.store, clock, per_address=10**6, total=10**6)
        self.bearer = BearerAuthentication(self.store, _POLICY, provider.name, clock)
        self.provider_tokens = ProviderTokens(self.store, provider, clock, Audit())
        self.walk = Walk(self.server, SignIn(self.server, provider))

    def register(self) -> str:
        """Register a client and return its identifier."""
        self.limits.admit("192.0.2.1")
        client = register(_METADATA, _POLICY, self.server.now()).client
        self.store.add_client(client)
        return client.client_id

    def code(self, client_id: str, name: str) -> str:
        """Let somebody sign in, whose code from the provider is ``name``, and return the client's code."""
        location = self.walk.come_back(self.walk.approve(self.walk.ask(client_id)), code=name)
        return location.split("code=")[1].split("&")[0]

    def family(self, name: str) -> Family:
        """Register and sign in."""
        client_id = self.register()
        answer = self.walk.exchange(self.code(client_id, name), client_id)
        assert answer.status == 200, answer.body
        return Family(client_id, answer.body["access_token"], answer.body["refresh_token"])

    def grant(self, access: str) -> Grant:
        """Return the grant of an access token, as a protected call finds it. Raises TokenInvalid."""
        return self.bearer.authenticate(f"Bearer {access}", URLS)[1]

    def is_alive(self, access: str) -> bool:
        """Tell whether an access token works."""
        try:
            self.grant(access)
        except TokenInvalid:
            return False
        return True
