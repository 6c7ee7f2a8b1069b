"""Two servers on two ports, each with a project folder of its own as on two hosts, share one PostgreSQL database.

Both have the URL of the first one as their ``base_url``, as servers behind a load balancer have the balancer's. The
test is the balancer: it sends each request to the server that it means.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from mxcp_flask.demo import servers
from mxcp_flask.engine import Database
from tests.services.guest import Guest
from tests.support import live
from tests.support.postgres import PASSWORD, Postgres, persistence
from tests.support.site import Site

pytestmark = pytest.mark.services
LIMIT = 40  # calls a minute of a client


@dataclass(frozen=True)
class Fleet:
    """Two servers at ``first`` and ``second``, configured by ``site`` and one like it."""

    first: str
    second: str
    site: Site
    logs: tuple[Path, Path]


@pytest.fixture(scope="module")
def fleet(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Give ``mxcp serve`` at the first port and plain gunicorn at the second, with two workers each."""
    folder, url = tmp_path_factory.mktemp("fleet"), postgres.new_database()
    ports = servers.free_port(), servers.free_port()
    first, second = (f"http://{servers.HOST}:{port}" for port in ports)
    logs = folder / "first.log", folder / "second.log"
    with ExitStack() as stack:
        provider_url = stack.enter_context(live.stand_in(ports[0]))
        sites = [site_of(folder / name, provider_url, url, first) for name in ("first", "second")]
        serve = [*live.MXCP, "serve", "--host", servers.HOST, "--port", str(ports[0]), "--workers", "2"]
        gunicorn = [str(live.BIN / "gunicorn"), "wsgi:app", "--workers", "2", "--bind", f"{servers.HOST}:{ports[1]}"]
        for command, site, base, log in zip((serve, gunicorn), sites, (first, second), logs, strict=True):
            stack.enter_context(live.running(command, site.environ, base, log))
        yield Fleet(first, second, sites[0], logs)


def site_of(folder: Path, provider_url: str, url: str, base: str) -> Site:
    """Return a project whose DuckDB file may be shared by workers."""
    limits = {"calls_per_client": LIMIT}
    site = live.live_site(folder, provider_url, persistence=persistence("${DATABASE_URL}"), limits=limits)
    site.environ["DATABASE_URL"] = url
    document = json.loads(site.config.read_text(encoding="utf-8"))
    document["transport"]["http"] = {"base_url": base}
    site.config.write_text(json.dumps(document), encoding="utf-8")
    with closing(Database(site.settings().duckdb)) as database:
        database.check()  # creates it, so that it can be opened read-only
    site.write("mxcp-site.yml", "mxcp: 1\nproject: demo\nprofile: dev\nprofiles: {dev: {duckdb: {readonly: true}}}\n")
    return site


@pytest.fixture
def guest(fleet: Fleet) -> Guest:
    """Give a client of a person who signed in at the first server."""
    guest = Guest(fleet.first)
    guest.sign_in()
    return guest


def test_sign_in_on_one_and_go_on_at_the_other(fleet: Fleet, guest: Guest) -> None:
    """Who signed in at the first server calls and refreshes at the second, and calls the first with the new token."""
    guest.turn_to(fleet.second)
    assert guest.whoami() == "ada-fixture"
    before = guest.token
    guest.refresh()

    assert guest.token != before
    assert guest.turn_to(fleet.first).whoami() == "ada-fixture"
    assert guest.turn_to(fleet.second).whoami() == "ada-fixture"


def test_revoked_on_one_is_refused_at_the_other_at_once(fleet: Fleet, guest: Guest) -> None:
    """What was given back at the first server is refused by the second with the next request."""
    assert guest.turn_to(fleet.second).call().status_code == 200
    assert guest.turn_to(fleet.first).give_back().status_code == 200
    guest.turn_to(fleet.second)

    assert guest.call().status_code == 401
    answer = guest.ask_for_refresh()
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_operator_revokes_on_any_host(fleet: Fleet, guest: Guest) -> None:
    """What an operator revokes on the first host is refused by the second with the next request."""
    assert guest.turn_to(fleet.second).call().status_code == 200
    ran = live.run([*live.MXCP, "auth", "revoke", "--client", guest.registration["client_id"]], fleet.site.environ)

    assert ran.returncode == 0, ran.stderr
    assert guest.call().status_code == 401


def test_replay_at_the_other_ends_the_grant_at_both(fleet: Fleet, guest: Guest) -> None:
    """A code that was redeemed at the first server and comes again at the second ends what the first gave for it."""
    answer = guest.turn_to(fleet.second).present_code()

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert guest.call().status_code == 401
    assert guest.turn_to(fleet.first).call().status_code == 401


def test_servers_count_calls_together(fleet: Fleet, guest: Guest) -> None:
    """All workers of both servers together answer no more calls of a client in a minute than one may."""
    began, answers = time.time(), list[requests.Response]()
    while not answers or answers[-1].status_code == 200:
        answers.append(guest.turn_to((fleet.first, fleet.second)[len(answers) % 2]).call())
    minutes = time.time() // 60 - began // 60 + 1

    assert LIMIT / 2 <= len(answers) - 1 <= LIMIT * minutes
    assert answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].json()["error"]["message"].startswith(f"Too many calls: a client may make {LIMIT} a minute")


def test_no_password_in_the_logs(fleet: Fleet, guest: Guest) -> None:
    """Neither server has written the database's password, nor failed at anything."""
    assert guest.turn_to(fleet.second).call().status_code == 200
    for log in fleet.logs:
        assert PASSWORD not in log.read_text()
        assert "Traceback" not in log.read_text()
