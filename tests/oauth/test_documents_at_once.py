"""Look-ups of one document at the same time, in mxcp_flask.oauth.client_documents."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from mxcp_flask.errors import OutboundFailed, TooManyLookUps
from mxcp_flask.oauth.client_documents import MOST_AT_ONCE, PATIENCE, ClientDocuments
from mxcp_flask.outbound import Fetched, Outbound
from mxcp_flask.records import Client
from mxcp_flask.store.memory import MemoryStore
from tests.oauth.fake_web import URL, Web, document
from tests.oauth.parties import PUBLIC
from tests.oauth.waiters import count_waiters
from tests.support.clock import Clock


class BusyWeb(Web):
    """Answers when ``waiters`` has been released seven times."""

    def __init__(self, answer: Fetched | Exception, waiters: threading.Semaphore) -> None:
        super().__init__(answer)
        self.waiters = waiters

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """Wait and answer."""
        assert all(self.waiters.acquire(timeout=10) for _ in range(7))
        return super().get(url, headers)


class SlowWeb(Web):
    """Answers when ``end`` is set; ``begun`` is released by each request."""

    def __init__(self) -> None:
        super().__init__(OutboundFailed(url=URL, reason="slow"))
        self.begun, self.end = threading.Semaphore(0), threading.Event()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
        """Wait and answer."""
        self.begun.release()
        assert self.end.wait(10)
        return super().get(url, headers)


class WatchedStore(MemoryStore):
    """Calls ``looked`` when somebody has looked for a client, before he gets the answer."""

    def __init__(self, looked: Callable[[], object]) -> None:
        super().__init__()
        self.looked = looked

    def get_client(self, client_id: str) -> Client | None:
        """Look, tell, answer."""
        client = super().get_client(client_id)
        self.looked()
        return client


@pytest.mark.parametrize("answer", [Web.page(document()), OutboundFailed(url=URL, reason="nobody listens")], ids=str)
def test_look_ups_at_the_same_time(clock: Clock, monkeypatch: pytest.MonkeyPatch, answer: Fetched | Exception) -> None:
    """Of eight threads that want one client, one fetches its document for all, whether that works or not."""
    web = BusyWeb(answer, count_waiters(monkeypatch))
    documents = ClientDocuments(web, MemoryStore(), clock)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(documents.find, [URL] * 8))

    assert len(found) == 1
    assert web.urls == [URL]


def test_look_ups_are_few(clock: Clock) -> None:
    """While two documents are slow to come, a third is not fetched but refused; what is fresh is found all the same."""
    web, store = SlowWeb(), MemoryStore()
    documents = ClientDocuments(web, store, clock)
    fresh = replace(PUBLIC, client_id=f"{URL}-fresh", fresh_until=int(clock()) + 60)
    store.put_client(fresh)
    with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
        slow = [pool.submit(documents.find, f"{URL}{number}") for number in range(MOST_AT_ONCE)]
        assert all(web.begun.acquire(timeout=10) for _ in slow)
        with pytest.raises(TooManyLookUps):
            documents.find(URL)
        assert documents.find(fresh.client_id) == fresh
        web.end.set()
    web.answer = web.page(document())

    assert documents.find(URL) is not None, "being refused is no failure of the document"
    assert sorted(web.urls[:-1]) == [f"{URL}{number}" for number in range(MOST_AT_ONCE)]


def test_nobody_waits_longer_than_the_web_may_take() -> None:
    """Who waits for another's look-up has more patience than a look-up has time."""
    assert Outbound().total < PATIENCE


def test_look_up_that_comes_just_after_another(clock: Clock) -> None:
    """One that finds no client, and then waits until another look-up has ended, takes what that one read."""
    web = Web()
    others = [URL]

    def look_up_first() -> None:
        if others:
            reader.find(others.pop())

    reader = ClientDocuments(web, WatchedStore(look_up_first), clock)

    assert reader.find(URL) is not None
    assert web.urls == [URL]
