"""``mxcp serve`` is killed (SIGKILL) and started again: nobody loses what they had."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.endurance.killing import MortalServer, PersistentClient
from tests.store.database_file import execute
from tests.support import live

pytestmark = pytest.mark.slow
CLIENTS = 4
BETWEEN_KILLS = 12  # refreshes of all clients
Kill = Callable[[MortalServer], None]
KILLS: list[Kill] = [MortalServer.kill_workers, MortalServer.kill]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for the project and the OAuth state."""
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[MortalServer]:
    """Give a running server, whose codes live long enough for a start of it on a slow machine."""
    port = servers.free_port()
    with live.stand_in(port) as provider_url:
        auth = {"persistence": live.sqlite(folder), "tokens": {"code_ttl": 600}}
        server = MortalServer(live.live_site(folder / "site", provider_url, **auth), port)
        server.start()
        yield server
        server.end()


@pytest.fixture
def client(server: MortalServer) -> PersistentClient:
    """Give a client that is registered."""
    client = PersistentClient(server.base, threading.Event())
    client.register()
    return client


def signed_in(client: PersistentClient) -> PersistentClient:
    """Sign in without interruption."""
    for step in (client.open_consent, client.approve, client.come_back, client.redeem):
        step()
    return client


@pytest.mark.parametrize("kill", KILLS, ids=["workers", "server"])
def test_between_the_steps_of_a_sign_in(server: MortalServer, client: PersistentClient, kill: Kill) -> None:
    """A sign-in goes on where it was when the server dies between any two of its steps, and so do calls afterwards."""
    for step in (client.open_consent, client.approve, client.come_back, client.redeem):
        kill(server)
        step()
    kill(server)

    assert client.whoami() == "ada-fixture"
    assert "Traceback" not in server.log.read_text()


def test_after_a_refresh_whose_answer_is_lost(server: MortalServer, client: PersistentClient) -> None:
    """A client that never got the new tokens presents the old refresh token to the new server, and stays signed in."""
    signed_in(client)
    for kill in KILLS:
        assert client.ask_for_refresh().status_code == 200
        kill(server)
        client.refresh()

    assert client.whoami() == "ada-fixture"


def test_in_a_stream_of_refreshes(server: MortalServer, client: PersistentClient, folder: Path) -> None:
    """Clients that refresh all the time are all signed in after workers and server were killed, twice each."""
    clients = [client, *(PersistentClient(server.base, client.up) for _ in range(CLIENTS - 1))]
    for each in clients[1:]:
        each.register()
    refreshed, stop = threading.Semaphore(0), threading.Event()

    def refresh_on(each: PersistentClient) -> None:
        while not stop.is_set():
            each.refresh()
            refreshed.release()

    with ThreadPoolExecutor(CLIENTS) as pool:
        streams = [pool.submit(refresh_on, signed_in(each)) for each in clients]
        try:
            for kill in KILLS * 2:
                assert all(refreshed.acquire(timeout=live.SECONDS) for _ in range(BETWEEN_KILLS))
                client.up.clear()
                kill(server)
                client.up.set()
        finally:
            stop.set()
            client.up.set()
        for stream in streams:
            stream.result()

    database = Path(live.sqlite(folder)["path"])
    assert [each.whoami() for each in clients] == ["ada-fixture"] * CLIENTS
    assert min(each.retries for each in clients) > 0
    assert execute(database, "SELECT count(*) FROM grant_ WHERE revoked_at IS NOT NULL") == [(0,)]
    assert execute(database, "PRAGMA integrity_check") == [("ok",)]
    print(f"\n{sum(c.refreshes for c in clients)} refreshes, {sum(c.retries for c in clients)} without an answer")
