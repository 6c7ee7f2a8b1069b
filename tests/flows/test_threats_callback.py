"""Attacks on the provider's callback: another browser, and states that are used, expired or made up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from werkzeug.test import TestResponse

from tests.support import state
from tests.support.clock import Clock
from tests.support.visitor import BASE, REDIRECT_URI, Visitor, query

THREADS = 8


def ask(visitor: Visitor) -> TestResponse:
    """Open the consent page of a new client."""
    return visitor.ask(visitor.authorization_request(visitor.register()["client_id"]))


def test_callback_in_another_browser(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """Who is lured to a callback of someone else's sign-in gets a 400; its owner can still finish it."""
    callback = visitor.meet_provider(visitor.answer(ask(visitor)))
    victim = Visitor(app, provider)
    ask(victim)
    lured = victim.come_back(callback)

    assert (lured.status_code, lured.mimetype) == (400, "text/html")
    assert "Invalid state parameter" in lured.text
    assert state.codes(app) == []
    assert "code" in query(visitor.come_back(callback).location)


def test_departure_of_an_attacker(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """An attacker who consents and lets the victim sign in at the provider gets no code for the victim."""
    attacker = Visitor(app, provider)
    departure = attacker.answer(ask(attacker))
    signed_in = visitor.meet_provider(departure, "bo-fixture")

    assert visitor.come_back(signed_in).status_code == 400
    assert state.codes(app) == []


def test_used_state(visitor: Visitor, app: Flask) -> None:
    """A callback works once, with a fresh code of the provider too."""
    departure = visitor.answer(ask(visitor))
    callback = visitor.meet_provider(departure)
    first = visitor.come_back(callback)
    for again in (callback, visitor.meet_provider(departure)):
        answer = visitor.come_back(again)

        assert answer.status_code == 400
        assert "Invalid state parameter" in answer.text
    assert first.location.startswith(REDIRECT_URI)
    assert len(state.codes(app)) == 1


def test_state_of_a_refused_sign_in_is_used_too(visitor: Visitor, app: Flask) -> None:
    """A person who declined at the provider cannot be made to come in by the same state."""
    departure = visitor.answer(ask(visitor))
    visitor.come_back(visitor.meet_provider(departure, decision="deny"))
    answer = visitor.come_back(visitor.meet_provider(departure))

    assert answer.status_code == 400
    assert state.codes(app) == []


def test_expired_state(visitor: Visitor, app: Flask, clock: Clock) -> None:
    """Ten minutes after the request its state is worth nothing."""
    callback = visitor.meet_provider(visitor.answer(ask(visitor)))
    clock.advance(600)
    answer = visitor.come_back(callback)

    assert answer.status_code == 400
    assert "Invalid state parameter" in answer.text
    assert state.codes(app) == []


def test_client_state_is_not_ours(visitor: Visitor, app: Flask) -> None:
    """The state that the client chose opens no callback."""
    visitor.answer(ask(visitor))
    answer = visitor.come_back(f"/github/callback?code=x&state={visitor.state}")

    assert answer.status_code == 400
    assert state.codes(app) == []


def test_raced_callback(visitor: Visitor, app: Flask) -> None:
    """Of eight callbacks at once, one gets a code."""
    departure = visitor.answer(ask(visitor))
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
