"""The SQLite store shared by threads and processes."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mxcp_flask.digests import digest
from mxcp_flask.store import Keyring, SqliteStore
from tests.contracts.store.samples import CODE, GRANT, PENDING, race
from tests.store.database_file import execute
from tests.store.mixture import add_shared, check_mixture, mix
from tests.store.processes import open_anew, redeem_in_threads, run_at_once, use_in_fork


@pytest.mark.usefixtures("store")
def test_constructor_leaves_nothing_open(path: Path) -> None:
    """After the start no connection is open, so that a server may load the application and then fork."""
    assert sorted(file.name for file in path.parent.iterdir()) == ["oauth.db", "oauth.db-queue"]


def test_close_reaches_every_thread(store: SqliteStore, path: Path) -> None:
    """Closing closes what any thread opened, so SQLite removes its log; threads that ended leave nothing behind."""
    race(lambda: store.add_pending(replace(PENDING, handle_hash=digest(str(threading.get_ident())))))
    assert path.with_name("oauth.db-wal").exists()
    store.close()

    assert sorted(file.name for file in path.parent.iterdir()) == ["oauth.db", "oauth.db-queue"]


def test_threads_one_after_another_share_a_connection(store: SqliteStore) -> None:
    """A server with a thread for each request does not pile up connections."""
    for _ in range(20):
        thread = threading.Thread(target=store.check)
        thread.start()
        thread.join()

    assert len(store._connections._here().idle) == 1


@pytest.mark.slow
def test_processes_start_at_once(path: Path) -> None:
    """Processes that all create the database and its key file at once work with the same ones."""
    assert run_at_once(open_anew, path, 6) == ["done"] * 6
    with closing(SqliteStore(path, Keyring.beside(path))) as store:
        assert all(store.get_client(f"client of {number}") for number in range(6))


@pytest.mark.slow
def test_processes_race_to_redeem(path: Path) -> None:
    """Of four processes with four threads each that redeem a code, exactly one thread succeeds."""
    with closing(SqliteStore(path, Keyring.beside(path))) as store:
        store.add_grant(GRANT, CODE)

    assert sum(run_at_once(redeem_in_threads, path, 4)) == 1
    assert execute(path, "SELECT count(*) FROM token") == [(1,)]


@pytest.mark.slow
def test_fork(path: Path) -> None:
    """A forked child uses the store, and loses nothing when its parent closes meanwhile."""
    assert run_at_once(use_in_fork, path, 1) == [["0 parent", "0 child before", "0 child after"]]


@pytest.mark.slow
def test_processes_do_everything_at_once(path: Path) -> None:
    """Four processes with four threads each fail at nothing, rotate each token once and lose no refresh."""
    add_shared(path)

    check_mixture(path, run_at_once(mix, path, 4))
