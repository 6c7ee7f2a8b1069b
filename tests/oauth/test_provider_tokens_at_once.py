"""The provider's token: however many threads and processes need it, it is refreshed once, and all get the new one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from itertools import islice
from pathlib import Path

from mxcp_flask.records import Grant, ProviderToken
from mxcp_flask.store import Keyring, MemoryStore, SqliteStore
from tests.contracts.store.samples import CODE, race
from tests.oauth.refreshing import ENDS, NEW, OLD, THREADS, Scene, prepare, refresh_in_threads, with_token
from tests.store.processes import run_at_once
from tests.support.clock import Clock

THREADS_HERE = 8
PROCESSES = 4


class TellingStore(MemoryStore):
    """Tells when a token was saved, and when all but one wait for that."""

    def __init__(self) -> None:
        super().__init__()
        self.saved = threading.Event()
        self.waiting = threading.Barrier(THREADS_HERE)

    def save_provider_token(self, grant_id: str, token: ProviderToken, now: int) -> bool:
        """Save, and tell."""
        done = super().save_provider_token(grant_id, token, now)
        self.saved.set()
        return done


def test_threads_refresh_once() -> None:
    """When the token has ended, one of eight threads asks the provider, and the others all wait for its answer."""
    store = TellingStore()
    store.add_grant(with_token(OLD), CODE)
    scene = Scene(store, with_token(OLD), Clock(ENDS))
    tokens, here = scene.tokens, threading.local()

    def wait_for_the_one() -> None:
        if not hasattr(here, "waits"):
            here.waits = True
            store.waiting.wait(10)
        assert store.saved.wait(10)

    scene.provider.meanwhile = lambda: store.waiting.wait(10)
    scene.on_pause = wait_for_the_one
    grants: list[Grant] = race(lambda: tokens.alive(scene.grant), racers=THREADS_HERE)

    assert [grant.provider_token for grant in grants] == [NEW] * THREADS_HERE
    assert scene.provider.refreshed == [OLD]


def test_slow_provider_keeps_nobody_waiting() -> None:
    """While the token lasts, seven of eight threads are served with it before the provider has answered the eighth."""
    store, answer = MemoryStore(), threading.Event()
    store.add_grant(with_token(OLD), CODE)
    scene = Scene(store, with_token(OLD))
    tokens = scene.tokens
    scene.provider.meanwhile = lambda: answer.wait(10)
    with ThreadPoolExecutor(THREADS_HERE) as pool:
        calls = [pool.submit(tokens.alive, scene.grant) for _ in range(THREADS_HERE)]
        first = [call.result() for call in islice(as_completed(calls, timeout=10), THREADS_HERE - 1)]
        assert not answer.is_set()
        answer.set()
        grants = [call.result() for call in calls]

    assert first == [scene.grant] * (THREADS_HERE - 1)
    assert [grant.provider_token for grant in grants].count(NEW) == 1
    assert (scene.provider.refreshed, scene.pauses) == ([OLD], [])


def test_processes_refresh_once(tmp_path: Path) -> None:
    """Of four processes with four threads each, one thread asks the provider, and all get the new token."""
    path = tmp_path / "oauth.db"
    prepare(path)
    results: list[list[str]] = run_at_once(refresh_in_threads, path, PROCESSES)

    got = [text for result in results for text in result]
    assert sorted(got) == [NEW.access_token] * PROCESSES * THREADS + ["refreshed"]
    store = SqliteStore(path, Keyring.beside(path))
    kept = store.find_grant(with_token(OLD).id, ENDS)
    store.close()
    assert kept is not None
    assert kept.provider_token == NEW
