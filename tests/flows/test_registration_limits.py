"""How many clients may register: for each address in an hour, and in total."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.contracts.store.samples import race
from tests.support.clock import Clock
from tests.support.site import Site, github_auth
from tests.support.visitor import BASE

CLIENT = {"redirect_uris": ["https://app.example/callback"]}
HOUR = 3600


def register(app: Flask, address: str = "192.0.2.1", body: Any = CLIENT) -> TestResponse:
    """Register a client from ``address``."""
    return app.test_client().post("/register", json=body, base_url=BASE, environ_base={"REMOTE_ADDR": address})


def statuses(app: Flask, *addresses: str) -> list[int]:
    """Register from each of ``addresses`` in turn."""
    return [register(app, address).status_code for address in addresses]


@pytest.fixture(params=["memory", "sqlite"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """Return a site with either store, where three clients may register in an hour, and five in total."""
    more: dict[str, Any] = {"registration": {"rate_limit": 3, "total_limit": 5}}
    if request.param == "sqlite":
        more["persistence"] = {"type": "sqlite", "path": str(tmp_path / "oauth.db")}
    return Site(tmp_path / "site", github_auth(**more))


def test_defaults(tmp_path: Path, clock: Clock) -> None:
    """Of 61 registrations in an hour from one address, the last is refused, and told when to come again."""
    app = Site(tmp_path / "site").app(clock)
    assert statuses(app, *["192.0.2.1"] * 60) == [201] * 60
    clock.advance(1000)
    answer = register(app)

    assert (answer.status_code, answer.mimetype) == (429, "application/json")
    assert answer.headers["Retry-After"] == "2600"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json() == {
        "error": "temporarily_unavailable",
        "error_description": "Too many clients registered from this address. Try again in 2600 seconds.",
    }
    assert statuses(app, "192.0.2.2") == [201]
    clock.advance(2600)
    assert statuses(app, "192.0.2.1") == [201]


def test_an_hour_is_not_extended_by_trying(app: Flask, clock: Clock) -> None:
    """Who is refused and tries on is served in the next hour all the same."""
    assert statuses(app, *["192.0.2.1"] * 10) == [201] * 3 + [429] * 7
    clock.advance(HOUR - 1)
    assert statuses(app, "192.0.2.1") == [429]
    clock.advance(1)
    assert statuses(app, "192.0.2.1") == [201]


@pytest.mark.parametrize(
    ("addresses", "last"),
    [
        (["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::3", "2001:DB8:1:2:8000::"], 429),
        (["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2::3", "2001:db8:1:3::1"], 201),
        (["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201", "192.0.2.1"], 429),
        (["::ffff:192.0.2.1", "::ffff:192.0.2.2", "::ffff:192.0.2.3", "::ffff:192.0.2.4"], 201),
        (["", "", "unix:", "@"], 429),
    ],
)
def test_what_counts_as_one_address(app: Flask, addresses: list[str], last: int) -> None:
    """A network of IPv6 counts as one, IPv4 by address however it is written, and what is no address together."""
    assert statuses(app, *addresses) == [201, 201, 201, last]


def test_total(app: Flask, clock: Clock) -> None:
    """When there are as many clients as there may be, nobody can register, wherever they are."""
    assert statuses(app, *[f"192.0.2.{number}" for number in range(6)]) == [201] * 5 + [429]
    clock.advance(HOUR)
    answer = register(app)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(HOUR))
    assert answer.get_json()["error"] == "temporarily_unavailable"


def test_full_server_frees_itself(app: Flask, clock: Clock) -> None:
    """Clients that nobody ever used make room after a day, though nobody but those who register comes by."""
    statuses(app, *[f"192.0.2.{number}" for number in range(5)])
    clock.advance(86_400)
    assert statuses(app, "192.0.2.9") == [429]
    clock.advance(300)
    assert statuses(app, "192.0.2.9") == [201]


def test_parallel_registrations_are_all_counted(app: Flask) -> None:
    """Of eight registrations at the same moment, three are served."""
    answers = race(lambda: register(app).status_code, racers=8)

    assert sorted(answers) == [201] * 3 + [429] * 5


def test_invalid_registrations_count_too(app: Flask) -> None:
    """Who sends what cannot be registered is counted as well: it is work all the same."""
    assert [register(app, body={}).status_code for _ in range(4)] == [400, 400, 400, 429]
    assert statuses(app, "192.0.2.1", "192.0.2.2") == [429, 201]


@pytest.mark.parametrize("site", ["memory"], indirect=True)
@pytest.mark.parametrize("trusted", [True, ["10.0.0.0/8"]])
def test_addresses_behind_a_proxy(site: Site, clock: Clock, trusted: Any) -> None:
    """Behind a trusted proxy it is the proxy's callers that are counted, not the proxy; nor what they say of before."""
    site.configure(github_auth(registration={"rate_limit": 1}), trust_proxy=trusted)
    app = site.app(clock)

    def status(forwarded: str, proxy: str = "10.0.0.1") -> int:
        headers = {"X-Forwarded-For": forwarded}
        client, peer = app.test_client(), {"REMOTE_ADDR": proxy}
        return client.post("/register", json=CLIENT, base_url=BASE, environ_base=peer, headers=headers).status_code

    assert [status("192.0.2.1"), status("192.0.2.2"), status("192.0.2.1")] == [201, 201, 429]
    assert status("192.0.2.77, 192.0.2.1") == 429


@pytest.mark.parametrize("site", ["memory"], indirect=True)
def test_nobody_is_believed_without_a_trusted_proxy(site: Site, clock: Clock) -> None:
    """Who connects directly cannot choose an address to be counted under."""
    site.configure(github_auth(registration={"rate_limit": 1}), trust_proxy=["10.0.0.0/8"])
    app = site.app(clock)
    answers = [
        app.test_client().post(
            "/register", json=CLIENT, base_url=BASE, headers={"X-Forwarded-For": f"192.0.2.{number}"}
        )
        for number in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 429]


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_workers_count_together(site: Site, clock: Clock) -> None:
    """Two applications on one store count what either of them served."""
    one, other = site.app(clock), site.app(clock)

    assert [statuses(app, "192.0.2.1") for app in (one, other, one, other, one)] == [[201]] * 3 + [[429]] * 2


def test_configured_clients_do_not_count(tmp_path: Path, clock: Clock) -> None:
    """The total is that of registered clients."""
    configured = [{"client_id": name, "name": name} for name in ("one", "two")]
    site = Site(tmp_path / "site", github_auth(clients=configured, registration={"total_limit": 1}))

    assert statuses(site.app(clock), "192.0.2.1", "192.0.2.1") == [201, 429]
