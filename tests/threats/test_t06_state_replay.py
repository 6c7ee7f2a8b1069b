"""T6: the state of a sign-in is guessed, used again, or used late."""

from __future__ import annotations

from werkzeug.test import TestResponse

from tests.support.clock import Clock
from tests.support.site import each_store
from tests.support.visitor import REDIRECT_URI, Visitor

pytestmark = each_store


def assert_invalid(answer: TestResponse) -> None:
    """Assert that the callback was of no use."""
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "Invalid state parameter" in answer.text


def test_t06_used_state(visitor: Visitor) -> None:
    """A state works once, even for a browser that kept its cookie, and with a fresh code of the provider."""
    departure = visitor.answer(visitor.ask_anew())
    cookie, value = departure.headers["Set-Cookie"].split(";")[0].split("=", 1)
    first = visitor.come_back(visitor.meet_provider(departure))
    visitor.browser.set_cookie(cookie, value)

    assert first.location.startswith(REDIRECT_URI)
    assert_invalid(visitor.come_back(visitor.meet_provider(departure)))


def test_t06_expired_state(visitor: Visitor, clock: Clock) -> None:
    """Ten minutes after the request its state is worth nothing."""
    callback = visitor.meet_provider(visitor.answer(visitor.ask_anew()))
    clock.advance(600)

    assert_invalid(visitor.come_back(callback))


def test_t06_guessed_state(visitor: Visitor) -> None:
    """The state that the client chose opens no callback."""
    visitor.answer(visitor.ask_anew())

    assert_invalid(visitor.come_back(f"/github/callback?code=x&state={visitor.state}"))
