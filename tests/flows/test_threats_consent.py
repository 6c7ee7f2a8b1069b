"""Attacks on the person's consent: forged, repeated, silent, or given to a client in disguise."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support import state
from tests.support.visitor import BASE, Visitor, hidden, path_of, query

THREADS = 8


def ask(visitor: Visitor, **metadata: object) -> TestResponse:
    """Open the consent page of a new client."""
    return visitor.ask(visitor.authorization_request(visitor.register(**metadata)["client_id"]))


def stages(app: Flask) -> list[str]:
    """Return how far each authorization request came."""
    return [entry.stage for entry in state.pending(app)]


def assert_forged(answer: TestResponse, app: Flask) -> None:
    """Assert that ``answer`` refuses, and that nothing moved."""
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert set(stages(app)) == {"consent"}


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_answer_without_cookie(visitor: Visitor, app: Flask, decision: str) -> None:
    """A form posted without the browser's cookie is forged; the real answer still counts afterwards."""
    page = ask(visitor)
    form = {**hidden(page), "decision": decision}
    assert_forged(visitor.client.post("/authorize", data=form, base_url=BASE), app)

    assert visitor.answer(page, decision).status_code == 302


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_answer_of_another_browser(visitor: Visitor, app: Flask, provider: Flask, decision: str) -> None:
    """An attacker's browser, which has cookies of its own, cannot answer for the victim, nor the other way round."""
    attacker = Visitor(app, provider)
    ours, theirs = ask(visitor), ask(attacker)

    assert_forged(attacker.answer(ours, decision), app)
    assert_forged(visitor.answer(theirs, decision), app)


@pytest.mark.parametrize("csrf_token", ["", "wrong", "\u00e9", "x" * 43])
def test_answer_with_a_wrong_token(visitor: Visitor, app: Flask, csrf_token: str) -> None:
    """The right browser with a wrong CSRF value is not the page."""
    page = ask(visitor)

    assert_forged(visitor.answer(page, csrf_token=csrf_token), app)


def test_values_of_two_tabs_do_not_mix(visitor: Visitor, app: Flask) -> None:
    """One tab's CSRF value does not approve another tab's request."""
    one, other = ask(visitor), ask(visitor)

    assert_forged(visitor.answer(one, csrf_token=hidden(other)["csrf_token"]), app)


@pytest.mark.parametrize("came_from", ["cross-site", "same-site", "", "nonsense"])
def test_answer_from_another_site(visitor: Visitor, app: Flask, came_from: str) -> None:
    """A browser that says the post came from elsewhere is believed, even with cookie and CSRF value."""
    page = ask(visitor)
    form = {**hidden(page), "decision": "approve"}
    answer = visitor.browser.post("/authorize", data=form, headers={"Sec-Fetch-Site": came_from}, base_url=BASE)

    assert_forged(answer, app)


@pytest.mark.parametrize("came_from", ["same-origin", "none"])
def test_answer_from_the_page(visitor: Visitor, came_from: str) -> None:
    """The page's own post, and one that the person repeated by hand, are answered."""
    form = {**hidden(ask(visitor)), "decision": "approve"}
    answer = visitor.browser.post("/authorize", data=form, headers={"Sec-Fetch-Site": came_from}, base_url=BASE)

    assert answer.status_code == 302


def test_two_tabs_both_work(visitor: Visitor) -> None:
    """Two sign-ins in one browser, interleaved at every step, do not disturb each other."""
    pages = [ask(visitor), ask(visitor)]
    departures = [visitor.answer(page) for page in reversed(pages)]
    callbacks = [visitor.meet_provider(departure) for departure in reversed(departures)]
    got = [query(visitor.come_back(callback).location) for callback in reversed(callbacks)]

    assert all("code" in answer for answer in got)
    assert got[0]["code"] != got[1]["code"]


@pytest.mark.parametrize("first", ["approve", "deny"])
@pytest.mark.parametrize("second", ["approve", "deny"])
def test_back_button(visitor: Visitor, first: str, second: str) -> None:
    """A page that was answered is answered for good; a second answer gets a page that says so."""
    page = ask(visitor)
    visitor.answer(page, first)
    again = visitor.answer(page, second)

    assert (again.status_code, again.mimetype) == (400, "text/html")
    assert "was already answered" in again.text


def test_double_click(visitor: Visitor, app: Flask) -> None:
    """Of eight approvals at once, one goes to the provider."""
    page = ask(visitor)
    cookie = page.headers["Set-Cookie"].split(";")[0]
    start = Barrier(THREADS)

    def approve(_: int) -> int:
        browser = app.test_client(use_cookies=False)
        start.wait(timeout=10)
        form = {**hidden(page), "decision": "approve"}
        return browser.post("/authorize", data=form, headers={"Cookie": cookie}, base_url=BASE).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(approve, range(THREADS))) == [302] + [400] * (THREADS - 1)


def test_fresh_client_cannot_ride_an_old_consent(visitor: Visitor, provider: Flask) -> None:
    """Even where the provider would approve at once, a new client gets our page first and the provider no visit."""
    visitor.get_token()
    provider.config["LOG"].clear()
    page = ask(visitor, client_name="Confused deputy")

    assert page.status_code == 200
    assert "Location" not in page.headers
    assert "Confused deputy" in page.text
    assert provider.config["LOG"] == []

    silent = visitor.at_provider.get(path_of(visitor.answer(page).location))
    assert silent.status_code == 302  # so the stand-in did approve without asking, as GitHub does


def test_same_client_is_asked_about_every_time(visitor: Visitor) -> None:
    """No consent is remembered for a client that registered itself."""
    client_id = visitor.register()["client_id"]
    visitor.sign_in(client_id)

    assert visitor.ask(visitor.authorization_request(client_id)).status_code == 200


@pytest.mark.parametrize(
    ("name", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ('"><img src=x onerror=alert(1)>', "<img"),
        ("</title><b>", "<b>"),
        ("</bdi>GitHub", "</bdi>GitHub"),
        ("{{ 7 * 7 }}", "49 "),
        ("Claude\u202egnp.exe", "\u202e"),
        ("\u2066Claude\u2069", "\u2066"),
        ("Cl\u200baude", "\u200b"),
        ("Claude\ufeff", "\ufeff"),
        ("Claude\u2028x", "\u2028"),
        ("Claude\nX", "Claude\nX"),
        ("Claude\x00", "\x00"),
        ("\ud800Claude", "\ud800"),
    ],
)
def test_hostile_name(visitor: Visitor, name: str, never: str) -> None:
    """A name is shown as text, without what cannot be seen or turns the direction of writing."""
    page = ask(visitor, client_name=name)

    assert page.status_code == 200
    assert never not in page.text
    assert "<bdi>127.0.0.1:49153</bdi>" in page.text
