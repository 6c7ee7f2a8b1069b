"""Attacks on the provider's callback, beyond T4 and T6 in tests/threats."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from tests.support import state
from tests.support.visitor import BASE, Visitor

THREADS = 8


def test_state_of_a_refused_sign_in_is_used_too(visitor: Visitor, app: Flask) -> None:
    """A person who declined at the provider cannot be made to come in by the same state."""
    departure = visitor.answer(visitor.ask_anew())
    visitor.come_back(visitor.meet_provider(departure, decision="deny"))
    answer = visitor.come_back(visitor.meet_provider(departure))

    assert answer.status_code == 400
    assert state.codes(app) == []


def test_raced_callback(visitor: Visitor, app: Flask) -> None:
    """Of eight callbacks at once, one gets a code."""
    departure = visitor.answer(visitor.ask_anew())
    callback = visitor.meet_provider(departure)
    cookie = departure.headers.getlist("Set-Cookie")[0].split(";")[0]
    start = Barrier(THREADS)

    def come_back(_: int) -> int:
        browser = app.test_client(use_cookies=False)
        start.wait(timeout=10)
        return browser.get(callback, headers={"Cookie": cookie}, base_url=BASE).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(come_back, range(THREADS))) == [302] + [400] * (THREADS - 1)
    assert len(state.codes(app)) == 1
