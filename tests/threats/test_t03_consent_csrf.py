"""T3: somebody other than the person, at the page, answers the consent page, or ends access on `/account`."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support import state
from tests.support.account import enter, look, press
from tests.support.visitor import BASE, Visitor, hidden, query


def assert_forged(answer: TestResponse, app: Flask) -> None:
    """Assert that ``answer`` refuses, and that nothing moved."""
    assert (answer.status_code, answer.mimetype) == (403, "text/html")
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert {entry.stage for entry in state.pending(app)} == {"consent"}


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_t03_answer_without_cookie(visitor: Visitor, app: Flask, decision: str) -> None:
    """A form posted without the browser's cookie is forged; the real answer still counts afterwards."""
    page = visitor.ask_anew()
    form = {**hidden(page), "decision": decision}
    assert_forged(visitor.client.post("/authorize", data=form, base_url=BASE), app)

    assert visitor.answer(page, decision).status_code == 302


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_t03_answer_of_another_browser(visitor: Visitor, app: Flask, provider: Flask, decision: str) -> None:
    """An attacker's browser, which has cookies of its own, cannot answer for the victim, nor the other way round."""
    attacker = Visitor(app, provider)
    ours, theirs = visitor.ask_anew(), attacker.ask_anew()

    assert_forged(attacker.answer(ours, decision), app)
    assert_forged(visitor.answer(theirs, decision), app)


@pytest.mark.parametrize("csrf_token", ["", "wrong", "\u00e9", "x" * 43])
def test_t03_answer_with_a_wrong_token(visitor: Visitor, app: Flask, csrf_token: str) -> None:
    """The right browser with a wrong CSRF value is not the page."""
    assert_forged(visitor.answer(visitor.ask_anew(), csrf_token=csrf_token), app)


@pytest.mark.parametrize("came_from", ["cross-site", "same-site", "", "nonsense"])
def test_t03_answer_from_another_site(visitor: Visitor, app: Flask, came_from: str) -> None:
    """A browser that says the post came from elsewhere is believed, even with cookie and CSRF value."""
    form = {**hidden(visitor.ask_anew()), "decision": "approve"}
    answer = visitor.browser.post("/authorize", data=form, headers={"Sec-Fetch-Site": came_from}, base_url=BASE)

    assert_forged(answer, app)


def test_t03_two_tabs_both_work(visitor: Visitor, app: Flask) -> None:
    """Two sign-ins in one browser do not disturb each other at any step, and their CSRF values do not mix."""
    pages = [visitor.ask_anew(), visitor.ask_anew()]
    assert_forged(visitor.answer(pages[0], csrf_token=hidden(pages[1])["csrf_token"]), app)

    departures = [visitor.answer(page) for page in reversed(pages)]
    callbacks = [visitor.meet_provider(departure) for departure in reversed(departures)]
    codes = {query(visitor.come_back(callback).location)["code"] for callback in reversed(callbacks)}
    assert len(codes) == 2


@pytest.mark.parametrize("came_from", ["cross-site", "same-site"])
def test_t03_account_form_from_another_site(visitor: Visitor, came_from: str) -> None:
    """Nobody is made to end access, or to sign in for the account page, by a page of another site."""
    token = visitor.get_token()
    enter(visitor)
    for action in ("sign_in", "sign_out", "end_all"):
        assert press(visitor, action, came_from).status_code == 403

    assert visitor.call(token, "ping").status_code == 200


def test_t03_account_form_of_another_browser(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """A form that the attacker's browser was shown is worth nothing in the victim's."""
    token, attacker = visitor.get_token(), Visitor(app, provider)
    theirs = hidden(look(attacker))["csrf_token"]
    enter(visitor)
    assert press(visitor, "end_all", csrf_token=theirs).status_code == 403

    assert visitor.call(token, "ping").status_code == 200
