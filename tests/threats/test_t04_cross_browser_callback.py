"""T4: a sign-in that began in one browser ends in another, for whoever lures the other one there."""

from __future__ import annotations

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.site import each_store
from tests.support.visitor import Visitor, query

pytestmark = each_store


def assert_turned_away(lured: TestResponse) -> None:
    """Assert that the callback gave nothing."""
    assert (lured.status_code, lured.mimetype) == (400, "text/html")
    assert "Invalid state parameter" in lured.text
    assert "Location" not in lured.headers


def test_t04_callback_in_another_browser(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """Who is lured to a callback of someone else's sign-in gets a 400; its owner can still finish it."""
    callback = visitor.meet_provider(visitor.answer(visitor.ask_anew()))
    victim = Visitor(app, provider)
    victim.ask_anew()

    assert_turned_away(victim.come_back(callback))
    assert "code" in query(visitor.come_back(callback).location)


def test_t04_departure_of_an_attacker(visitor: Visitor, app: Flask, provider: Flask) -> None:
    """An attacker who consents and lets the victim sign in at the provider gets no code for the victim."""
    attacker = Visitor(app, provider)
    departure = attacker.answer(attacker.ask_anew())
    signed_in = visitor.meet_provider(departure, "bo-fixture")

    assert_turned_away(visitor.come_back(signed_in))
