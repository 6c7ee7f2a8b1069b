"""One record of each kind, and the steps that the promises' tests take again and again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from mxcp_flask.digests import digest
from mxcp_flask.records import AuthorizationCode, Client, Grant, PendingAuthorization, ProviderToken, Site, Token, User
from mxcp_flask.store import Store

T = TypeVar("T")

NOW = 1_800_000_000
LATER = NOW + 600
RACERS = 8

CLIENT = Client(
    client_id="client-1",
    name="A 'quoted' näme \ud800",  # a lone surrogate, as JSON may hold one
    redirect_uris=("http://127.0.0.1/callback", "cursor://done"),
    grant_types=("authorization_code", "refresh_token"),
    scopes=("mxcp:access",),
    allowed_scopes=("mxcp:access", "mxcp:admin"),
    secret_hash=digest("client secret"),
    token_endpoint_auth_method="client_secret_post",
    issued_at=NOW,
)
DOCUMENT = replace(
    CLIENT,
    client_id="https://app.example/client.json",
    secret_hash=digest("no document has one, but every field is kept"),
    issued_at=NOW + 1,
    last_used_at=NOW + 2,
    fresh_until=NOW + 300,
)
PENDING = PendingAuthorization(
    handle_hash=digest("handle"),
    client_id="client-1",
    request={"client_id": "client-1", "state": "näme \ud800"},
    scope="mxcp:access",
    resource="https://mcp.example/mcp",
    csrf_hash=digest("csrf"),
    browser_hash=digest("browser at the consent page"),
    expires_at=LATER,
)
APPROVED = replace(
    PENDING,
    stage="provider",
    browser_hash=digest("browser at the provider"),
    state_hash=digest("state"),
    verifier="the verifier",
)
USER = User(
    provider="github",
    id="4711",
    username="octo",
    name="O. Cto \ud800",
    email="octo@example.com",
    organizations=("observatory", "näme \ud800"),
    instance_url="https://octo.example",
    sites=(Site("site-1", "First \ud800", "https://first.example"), Site("site-2", "Second", "https://second.example")),
)
GRANT = Grant(
    id="grant-1",
    client_id="client-1",
    user=USER,
    scope="mxcp:access mxcp:admin",
    resource="https://mcp.example/mcp",
    created_at=NOW,
    expires_at=NOW + 86_400,
    provider_token=ProviderToken("provider access token", "provider refresh token", NOW + 28_800, "user:email"),
)
CODE = AuthorizationCode(
    code_hash=digest("code"),
    grant_id="grant-1",
    client_id="client-1",
    redirect_uri="http://127.0.0.1:4000/callback",
    scope="mxcp:access",
    resource="https://mcp.example/mcp",
    code_challenge="challenge",
    expires_at=NOW + 60,
)
ACCESS = Token(
    token_hash=digest("access token"),
    kind="access",
    grant_id="grant-1",
    client_id="client-1",
    scope="mxcp:access",
    resource="https://mcp.example/mcp",
    issued_at=NOW,
    expires_at=NOW + 3_600,
)
REFRESH = replace(ACCESS, token_hash=digest("refresh token"), kind="refresh", expires_at=NOW + 43_200)


def race(claim: Callable[[], T], racers: int = RACERS) -> list[T]:
    """Run ``claim`` in ``racers`` threads that start at once, and return what each got."""
    start = threading.Barrier(racers)

    def run(_: int) -> T:
        start.wait()
        return claim()

    with ThreadPoolExecutor(racers) as threads:
        return list(threads.map(run, range(racers)))


def approve(store: Store, now: int = NOW) -> PendingAuthorization | None:
    """Approve ``PENDING``, so that it becomes ``APPROVED``."""
    assert APPROVED.state_hash is not None
    assert APPROVED.verifier is not None
    return store.approve_pending(
        PENDING.handle_hash,
        now,
        browser_hash=APPROVED.browser_hash,
        state_hash=APPROVED.state_hash,
        verifier=APPROVED.verifier,
    )


def take(store: Store, now: int = NOW, browser_hash: str = APPROVED.browser_hash) -> PendingAuthorization | None:
    """Take the request with the state of ``APPROVED``."""
    assert APPROVED.state_hash is not None
    return store.take_pending(APPROVED.state_hash, browser_hash, now)


def issue(store: Store) -> None:
    """Add ``GRANT`` with its code, and redeem it for ``ACCESS`` and ``REFRESH``."""
    store.add_grant(GRANT, CODE)
    assert store.redeem_code(CODE.code_hash, [ACCESS, REFRESH], NOW)


def add_grant(store: Store, grant: Grant) -> None:
    """Add ``grant`` with a code of its own."""
    store.add_grant(grant, replace(CODE, code_hash=digest(f"code of {grant.id}"), grant_id=grant.id))


def follower(name: str, expires_at: int = REFRESH.expires_at) -> Token:
    """Return a refresh token that may follow ``REFRESH``."""
    return replace(REFRESH, token_hash=digest(name), expires_at=expires_at)
