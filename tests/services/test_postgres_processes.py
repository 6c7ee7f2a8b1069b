"""The PostgreSQL store shared by threads and processes."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.store.postgres import PostgresStore
from tests.contracts.store.samples import CODE, GRANT
from tests.endurance.at_once import do_everything_at_once
from tests.endurance.board import Board
from tests.endurance.desk import Desk
from tests.store.database_file import KEYRING
from tests.store.mixture import add_shared, check_mixture, mix
from tests.store.places import look, open_store
from tests.store.processes import open_anew, redeem_in_threads, run_at_once, use_in_fork
from tests.support.postgres import Postgres

pytestmark = pytest.mark.services
SECONDS = 10


def test_constructor_leaves_nothing_open(url: str) -> None:
    """After the start no connection is open, so that a server may load the application and then fork."""
    with closing(PostgresStore(url, KEYRING, 8)) as store:
        assert store._connections._here().idle == []


def test_threads_one_after_another_share_a_connection(url: str) -> None:
    """A server with a thread for each request does not pile up connections."""
    with closing(PostgresStore(url, KEYRING, 8)) as store:
        for _ in range(20):
            thread = threading.Thread(target=store.check)
            thread.start()
            thread.join()

        assert len(store._connections._here().idle) == 1


def test_processes_start_at_once(url: str) -> None:
    """Processes that all create the tables at once work with the same ones."""
    assert run_at_once(open_anew, url, 6) == ["done"] * 6
    with closing(open_store(url)) as store:
        assert all(store.get_client(f"client of {number}") for number in range(6))


def test_processes_race_to_redeem(url: str) -> None:
    """Of four processes with four threads each that redeem a code, exactly one thread succeeds."""
    with closing(open_store(url)) as store:
        store.add_grant(GRANT, CODE)

    assert sum(run_at_once(redeem_in_threads, url, 4)) == 1
    assert look(url, "SELECT count(*) FROM token") == [(1,)]


def test_fork(url: str) -> None:
    """A forked child opens connections of its own, and loses nothing when its parent closes meanwhile."""
    assert run_at_once(use_in_fork, url, 1) == [["0 parent", "0 child before", "0 child after"]]


def test_processes_do_everything_with_the_store(url: str) -> None:
    """Four processes with four threads each fail at nothing, rotate each token once and lose no refresh."""
    add_shared(url)

    check_mixture(url, run_at_once(mix, url, 4))


def test_everything_at_once(postgres: Postgres, url: str, tmp_path: Path) -> None:
    """Nothing fails, is spent or refreshed twice, or is lost; and what was revoked is dead at once."""
    board = Board(tmp_path / "board")
    board.folder.mkdir()
    desk = Desk(url, board, time.time())
    with closing(desk.store):
        do_everything_at_once(desk, SECONDS)
    assert "deadlock" not in postgres.log
