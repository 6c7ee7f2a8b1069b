"""What other processes do with a store; started with ``spawn``, so that no test forks a process with threads."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from typing import Any

from mxcp_flask.digests import digest
from mxcp_flask.store import Store
from tests.contracts.store.samples import ACCESS, CLIENT, CODE, NOW, race
from tests.store.database_file import KEYRING
from tests.store.places import Place, open_store

_SPAWN = multiprocessing.get_context("spawn")
_PATIENCE = 60  # seconds


def run_at_once(task: Callable[[Any, int], Any], place: Any, count: int, patience: float = _PATIENCE) -> list[Any]:
    """Run ``task(place, number)`` in ``count`` processes at once; return what they gave, or their tracebacks.

    Fails when one takes longer than ``patience`` seconds.
    """
    start, results = _SPAWN.Barrier(count), _SPAWN.SimpleQueue()
    processes = [_SPAWN.Process(target=_run, args=(task, place, number, start, results)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(patience)
    assert [process.exitcode for process in processes] == [0] * count
    return [results.get() for _ in processes]


def _run(task: Callable[[Any, int], Any], place: Any, number: int, start: Barrier, results: SimpleQueue[Any]) -> None:
    start.wait(_PATIENCE)
    try:
        results.put(task(place, number))
    except Exception:  # noqa: BLE001 - whatever it is, the test shows it
        results.put(traceback.format_exc())


def open_anew(place: Place, number: int) -> str:
    """Open the store, which may not be there yet, with a key file beside it, and add a client."""
    store = open_store(place)
    store.add_client(replace(CLIENT, client_id=f"client of {number}"))
    store.close()
    return "done"


def open_at_once(place: Place, number: int) -> str:
    """Open the store, which ``KEYRING`` opens, and add a client."""
    with closing(open_store(place, KEYRING)) as store:
        store.add_client(replace(CLIENT, client_id=f"client of {number}"))
    return "done"


def redeem_in_threads(place: Place, number: int) -> int:
    """Let four threads redeem ``CODE`` at once; return how many succeeded."""
    store = open_store(place)
    tokens = iter([replace(ACCESS, token_hash=digest(f"{number} {thread}")) for thread in range(4)])
    wins = race(lambda: store.redeem_code(CODE.code_hash, [next(tokens)], NOW), racers=4)
    store.close()
    return sum(wins)


def use_in_fork(place: Place, number: int) -> list[str | None]:
    """Use the store, fork, let the parent close while the child works, and return the names of all clients written."""
    store = open_store(place)
    names = [f"{number} parent", f"{number} child before", f"{number} child after"]
    store.add_client(replace(CLIENT, client_id=names[0]))
    wrote, closed = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        _work_as_child(store, names, wrote[1], closed[0])
    os.read(wrote[0], 1)
    store.close()
    os.write(closed[1], b"x")
    assert os.waitpid(child, 0)[1] == 0
    found = [store.get_client(name) for name in names]
    store.close()
    return [client and client.client_id for client in found]


def _work_as_child(store: Store, names: list[str], wrote: int, closed: int) -> None:
    status = 1
    try:
        assert store.get_client(names[0]) is not None
        store.add_client(replace(CLIENT, client_id=names[1]))
        os.write(wrote, b"x")
        os.read(closed, 1)
        store.add_client(replace(CLIENT, client_id=names[2]))
        status = 0
    finally:
        os._exit(status)
