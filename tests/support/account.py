"""A visitor at the account page."""

from __future__ import annotations

from werkzeug.test import TestResponse

from tests.support.visitor import Visitor, hidden


def look(visitor: Visitor) -> TestResponse:
    """Open the page."""
    return visitor.browser.get("/account", base_url=visitor.base)


def press(visitor: Visitor, action: str, came_from: str = "same-origin", **changes: str) -> TestResponse:
    """Open the page, and press a button of it; ``came_from`` is the browser's Sec-Fetch-Site."""
    form = {"csrf_token": hidden(look(visitor))["csrf_token"], "action": action, **changes}
    sent = {"Sec-Fetch-Site": came_from}
    return visitor.browser.post("/account", data=form, headers=sent, base_url=visitor.base)


def enter(visitor: Visitor, login: str = "ada-fixture") -> TestResponse:
    """Sign in for the page, and return it."""
    back = visitor.come_back(visitor.meet_provider(press(visitor, "sign_in"), login))
    assert (back.status_code, back.location) == (302, f"{visitor.base}/account")
    return look(visitor)
