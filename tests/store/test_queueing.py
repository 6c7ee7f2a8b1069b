"""The queue of processes for the turn to write."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from mxcp_flask.store import SqliteStore, queueing
from mxcp_flask.store.queueing import Queue, queue_file_of
from tests.contracts.store.samples import CLIENT
from tests.store.database_file import KEYRING
from tests.support import live

PATIENCE = live.SECONDS
SPAWN = multiprocessing.get_context("spawn")


def post(path: Path, word: str) -> None:
    """Append a line to the file that all processes write."""
    with path.with_name("lines").open("a", encoding="ascii") as file:
        file.write(f"{word}\n")


def lines(path: Path) -> list[str]:
    """Return all lines that were posted."""
    return path.with_name("lines").read_text(encoding="ascii").split()


def in_line(path: Path) -> set[int]:
    """Return the ids of the processes that wait, or whose turn it is."""
    number = f":{queue_file_of(path).stat().st_ino}"
    held = [line.split() for line in Path("/proc/locks").read_text(encoding="ascii").splitlines()]
    return {int(words[4]) for words in held if words[5].endswith(number)}


def take_turn(path: Path, word: str) -> None:
    """Post ``word`` when it is this process's turn."""
    queue = Queue(path)
    queue.enter(PATIENCE)
    post(path, word)
    queue.leave()


def keep_turn(path: Path, word: str) -> None:
    """Take the turn, and never give it back."""
    Queue(path).enter(PATIENCE)
    post(path, word)
    signal.pause()


@contextmanager
def another(task: Callable[[Path, str], None], path: Path, word: str = "other") -> Iterator[SpawnProcess]:
    """Give another process that does ``task``, from when it is in line; it is gone afterwards."""
    process = SPAWN.Process(target=task, args=(path, word))
    process.start()
    try:
        assert live.becomes(lambda: process.pid in in_line(path))
        yield process
    finally:
        if task is keep_turn:
            process.kill()
        process.join(PATIENCE)


@pytest.fixture
def queue(path: Path) -> Iterator[Queue]:
    """Give the queue of a store, which this process is at the head of."""
    SqliteStore(path, KEYRING).close()
    queue = Queue(path)
    queue.enter(PATIENCE)
    yield queue
    queue.leave()


@pytest.mark.slow
def test_order(path: Path, queue: Queue) -> None:
    """Processes have their turns in the order in which they came; who has had one and comes again is the last."""
    with another(take_turn, path, "first"), another(take_turn, path, "second"), another(take_turn, path, "third"):
        queue.leave()
        queue.enter(PATIENCE)
        post(path, "again")

    assert lines(path) == ["first", "second", "third", "again"]
    assert in_line(path) == {os.getpid()}


@pytest.mark.slow
def test_killed_at_the_head(path: Path, queue: Queue) -> None:
    """The turn of a process that is killed is over, and so is the place of one that waits."""
    with another(keep_turn, path, "killed") as first, another(keep_turn, path) as second:
        queue.leave()
        assert live.becomes(lambda: path.with_name("lines").exists())
        second.kill()
        second.join(PATIENCE)
        first.kill()
        queue.enter(PATIENCE)

    assert lines(path) == ["killed"]
    assert in_line(path) == {os.getpid()}


@pytest.mark.slow
def test_stopped_at_the_head(path: Path, queue: Queue, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that never ends its turn, but does not write, keeps the others from writing for a while only."""
    queue.leave()
    with another(keep_turn, path):
        monkeypatch.setattr("mxcp_flask.store.connections.BUSY_TIMEOUT", 0.01)
        store.add_client(CLIENT)

    assert store.list_clients() == [CLIENT]


@pytest.mark.slow
@pytest.mark.parametrize(("seconds", "order"), [(PATIENCE, ["thread", "other"]), (-1, ["other", "thread"])])
def test_turn_of_a_process(
    path: Path, store: SqliteStore, monkeypatch: pytest.MonkeyPatch, seconds: float, order: list[str]
) -> None:
    """A process lets its own threads write one after the other, until others have waited long enough."""
    monkeypatch.setattr(queueing, "_TURN", seconds)
    connections = store._connections

    def write() -> None:
        with connections.write():
            post(path, "thread")

    thread, others = threading.Thread(target=write), ExitStack()
    with others, connections.write():
        thread.start()
        assert live.becomes(lambda: len(connections._here().turns._waiting) == 1)
        others.enter_context(another(take_turn, path))
    thread.join(PATIENCE)

    assert lines(path) == order
    assert in_line(path) == set()


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_deleted_file(path: Path, store: SqliteStore, umask: int) -> None:
    """A queue that is gone is made again, for its owner alone."""
    queue_file_of(path).unlink()
    before = os.umask(umask)
    try:
        store.add_client(CLIENT)
    finally:
        os.umask(before)

    assert queue_file_of(path).stat().st_mode & 0o777 == 0o600
    assert queue_file_of(path).stat().st_size == 0


def test_no_place_for_a_queue(path: Path, store: SqliteStore) -> None:
    """Where no queue can be, writing goes on without one."""
    queue_file_of(path).unlink()
    queue_file_of(path).mkdir()
    store.add_client(CLIENT)

    assert store.list_clients() == [CLIENT]


def test_nothing_stays_open(path: Path, store: SqliteStore) -> None:
    """After a write the process holds neither the file nor a lock."""
    store.add_client(CLIENT)

    assert in_line(path) == set()
    assert queue_file_of(path) not in [file.resolve() for file in Path("/proc/self/fd").iterdir()]


def test_no_database(tmp_path: Path) -> None:
    """Where no database is, no queue is left."""
    queue = Queue(tmp_path / "oauth.db")
    queue.enter(PATIENCE)
    queue.leave()

    assert list(tmp_path.iterdir()) == []
