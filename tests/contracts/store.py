"""The promises of ``mxcp_flask.store.base``; a backend's test inherits them and gives the ``store``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.errors import StoreError
from mxcp_flask.records import AuthorizationCode, Client, Grant, PendingAuthorization, ProviderToken, Token, User
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
GRANT = Grant(
    id="grant-1",
    client_id="client-1",
    user=User("github", "4711", "octo", "O. Cto \ud800", "octo@example.com"),
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


class StoreContract:
    """Inherited by each backend's test class, which has a fixture ``store``: an empty store."""

    # Clients.

    def test_client_round_trip(self, store: Store) -> None:
        """A client comes back field by field."""
        store.add_client(CLIENT)

        assert store.get_client("client-1") == CLIENT

    def test_public_client_round_trip(self, store: Store) -> None:
        """A client with nothing but what is needed comes back as it was."""
        client = Client(client_id="public", name="Public", redirect_uris=("https://app.example/cb",))
        store.add_client(client)

        assert store.get_client("public") == client

    @pytest.mark.parametrize(
        "client_id", ["", "unknown", "CLIENT-1", "client-1\0", "' OR 1=1 --", "\ud800", "x" * 9999]
    )
    def test_unknown_client(self, store: Store, client_id: str) -> None:
        """Any identifier that no client has gives None."""
        store.add_client(CLIENT)

        assert store.get_client(client_id) is None

    def test_client_twice(self, store: Store) -> None:
        """A second client with the same identifier is refused and changes nothing."""
        store.add_client(CLIENT)

        with pytest.raises(StoreError):
            store.add_client(replace(CLIENT, name="Another"))
        assert store.get_client("client-1") == CLIENT

    # Pending authorizations.

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

    # Grants, codes and tokens.

    def test_code_round_trip(self, store: Store) -> None:
        """A code comes back field by field."""
        store.add_grant(GRANT, CODE)

        assert store.find_code(CODE.code_hash) == CODE
        assert store.find_code(digest("other")) is None

    def test_token_round_trip(self, store: Store) -> None:
        """Tokens and their grant, with the provider's token, come back field by field."""
        issue(store)

        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)
        assert store.find_token(REFRESH.token_hash, NOW) == (REFRESH, GRANT)

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

    # Races.

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

    # Housekeeping.

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

    def test_check(self, store: Store) -> None:
        """A store in order passes its check, and the check leaves it usable."""
        store.check()
        store.add_client(CLIENT)
        store.check()
