"""The state on a disk of 2 MB that fills up while people sign in: nothing ends, nothing is lost, and it goes on."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from mxcp_flask.demo import servers
from mxcp_flask.engine import Database
from mxcp_flask.store import room
from tests.services.sign_ins import Guest, Refused
from tests.store.database_file import execute
from tests.support import live
from tests.support.site import Site
from tests.support.small_disk import SmallDisk, small_disk

pytestmark = pytest.mark.services
OWN = {"oauth.db", "oauth.db.key", "oauth.db-wal", "oauth.db-shm", "oauth.db-queue"}
_THREADS = 4
_ENOUGH = 3  # refusals in a row, after which a thread takes the disk for full
_MOST = 200  # sign-ins of a thread


@dataclass
class Place:
    """A server whose state is on a small disk, and how it is started."""

    site: Site
    disk: SmallDisk
    base: str
    log: Path

    @property
    def command(self) -> list[str]:
        """Return the command that serves."""
        port = self.base.rpartition(":")[2]
        flags = ["--host", servers.HOST, "--port", port, "--readonly", "--workers", "2", "--threads", str(_THREADS)]
        return [*live.MXCP, "serve", *flags]

    @property
    def state(self) -> Path:
        """Return where the state is."""
        return self.disk.root / "state" / "oauth.db"

    def ready(self) -> requests.Response:
        """Ask whether the server is ready."""
        return requests.get(f"{self.base}/ready", timeout=live.SECONDS)

    def words(self) -> str:
        """Return what the server has logged."""
        return self.log.read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give a place, without a server yet, and take its disk away in every case."""
    port = servers.free_port()
    with small_disk(tmp_path) as disk, live.stand_in(port) as provider:
        limits = {"rate_limit": _THREADS * _MOST}
        site = live.live_site(tmp_path / "site", provider, persistence=live.sqlite(disk.root), registration=limits)
        with closing(Database(site.settings().duckdb)) as created:
            created.check()
        yield Place(site, disk, f"http://{servers.HOST}:{port}", tmp_path / "log")


@pytest.fixture
def server(place: Place) -> Iterator[live.Server]:
    """Serve while the test lasts."""
    with live.running(place.command, place.site.environ, place.base, place.log) as server:
        yield server


def workers_of(server: live.Server) -> list[str]:
    """Return the process ids of the server's workers."""
    pid = server.process.pid
    return sorted(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split())


def both_workers(server: live.Server) -> list[str]:
    """Return the process ids of the server's workers once the second one has begun, too."""
    assert live.becomes(lambda: len(workers_of(server)) == 2)
    return workers_of(server)


def sign_in_until_refused(base: str) -> list[Guest]:
    """Sign people in until that is refused again and again; return those to whom success was told."""
    guests: list[Guest] = []
    refused = 0
    for _ in range(_MOST):
        guest = Guest(base)
        if is_refused(guest.sign_in) or is_refused(guest.exchange):
            refused += 1
        else:
            refused = 0
            guests.append(guest)
        if refused == _ENOUGH:
            return guests
    raise AssertionError("the disk does not fill up")


def is_refused(step: Callable[[], None]) -> bool:
    """Take a step, and tell whether it was refused as it should be. Fails when it was refused otherwise."""
    try:
        step()
    except Refused:
        return True
    return False


def sign_in(base: str) -> Guest:
    """Sign somebody in."""
    guest = Guest(base)
    guest.sign_in()
    guest.exchange()
    return guest


def test_it_fills_up_during_sign_ins(place: Place, server: live.Server) -> None:
    """Whoever was told success stays signed in, on the full disk too, and the server goes on once there is room."""
    workers = both_workers(server)
    waiting, early = Guest(place.base), sign_in(place.base)
    waiting.sign_in()
    place.disk.fill(leave=room.TO_GROW + 100_000)
    with ThreadPoolExecutor(_THREADS) as threads:
        guests = [guest for told in threads.map(sign_in_until_refused, [place.base] * _THREADS) for guest in told]

    assert guests
    print(f"{len(guests)} people signed in before the disk was full")
    answer = place.ready()
    assert (answer.status_code, answer.headers["Retry-After"].isdigit()) == (503, True)
    assert requests.get(f"{place.base}/health", timeout=live.SECONDS).status_code == 200
    code_is_kept = is_refused(waiting.exchange)
    is_refused(early.refresh)  # or not, if it fits
    for guest in [early, *guests]:
        guest.call()
    leaving = guests.pop()
    leaving.revoke()
    assert leaving.client.send("tools/list").status_code == 401
    assert f"{place.state} cannot be used: its disk is full" in place.words()
    assert "Traceback" not in place.words()

    place.disk.free()
    assert place.ready().status_code == 200
    if code_is_kept:
        waiting.exchange()
    for guest in [early, waiting, *guests, sign_in(place.base)]:
        guest.call()
        guest.refresh()
        guest.call()
    assert workers_of(server) == workers
    assert server.stop() == 0
    assert execute(place.state, "PRAGMA integrity_check") == [("ok",)]
    with live.running(place.command, place.site.environ, place.base, place.log):
        for guest in [early, waiting, *guests]:
            guest.call()


def test_others_fill_it_to_the_last_byte(place: Place, server: live.Server) -> None:
    """On a disk without a byte left no worker ends, whatever is asked, and each answers again once there is room."""
    workers = both_workers(server)
    guests = [sign_in(place.base) for _ in range(2 * _THREADS)]  # each by itself: a token used too often is stolen
    place.disk.fill(leave=0)

    def ask(guest: Guest) -> None:
        for step in (guest.call, guest.refresh, Guest(place.base).sign_in) * 4:
            is_refused(step)

    with ThreadPoolExecutor(len(guests)) as threads:
        list(threads.map(ask, guests))
    assert place.ready().status_code == 503
    server.process.send_signal(signal.SIGHUP)
    place.disk.free()

    for guest in guests:
        guest.refresh()
        guest.call()
    assert len(workers_of(server)) == len(workers)
    assert "SIGBUS" not in place.words()
    assert "Traceback" not in place.words()


@pytest.mark.parametrize("first", [True, False], ids=["first start", "later start"])
def test_start_on_a_full_disk(place: Place, first: bool) -> None:
    """On a full disk the server does not start, says why, and leaves nothing that keeps it from starting later."""
    if not first:
        place.site.app().extensions["mxcp"].oauth.store.close()
    place.disk.fill(leave=0)
    ran = live.run(place.command, place.site.environ)

    assert ran.returncode == 1
    assert "No space left on device" in ran.stderr if first else "its disk is full" in ran.stderr
    assert "Traceback" not in ran.stderr
    place.disk.free()
    with live.running(place.command, place.site.environ, place.base, place.log):
        sign_in(place.base).call()


def test_read_only_disk(place: Place) -> None:
    """On a disk that is mounted read-only the server does not start and says why; a server that runs answers 503."""
    app = place.site.app()
    own = app.extensions["mxcp"]

    def readiness() -> int:
        status = app.test_client().get("/ready").status_code
        own.oauth.store.close()  # or the disk could not change its mode
        own.database.close()
        return status

    assert readiness() == 200
    with place.disk.read_only():
        assert readiness() == 503
        ran = live.run(place.command, place.site.environ)
    assert ran.returncode == 1
    assert "the disk is read-only" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert readiness() == 200


def test_backup_to_a_full_disk(place: Place, tmp_path: Path) -> None:
    """A backup that does not fit leaves no part of it, nor does a restore, and the state is as it was."""
    store = place.site.app().extensions["mxcp"].oauth.store
    store.close()
    before = place.state.read_bytes()
    good = tmp_path / "good.db"
    assert live.run([*live.MXCP, "auth", "backup", str(good)], place.site.environ).returncode == 0
    place.disk.fill(leave=4096)
    backup = live.run([*live.MXCP, "auth", "backup", str(place.disk.root / "full.db")], place.site.environ)
    restore = live.run([*live.MXCP, "auth", "restore", str(good), "--revoke-all"], place.site.environ)

    for ran in (backup, restore):
        assert ran.returncode == 1
        assert "full" in ran.stderr
        assert "Traceback" not in ran.stderr
    assert place.state.read_bytes() == before
    assert {each.name for each in place.state.parent.iterdir()} <= OWN
    assert not (place.disk.root / "full.db").exists()
