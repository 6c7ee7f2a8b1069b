"""Tests of the cookie that binds a sign-in to a browser; over https, in tests/threats/test_t17_cookie_tossing.py."""

from __future__ import annotations

from werkzeug.test import TestResponse

from mxcp_flask.digests import digest
from tests.support.visitor import Visitor, hidden

def attributes(answer: TestResponse) -> set[str]:
    """Return the attributes of the only cookie that ``answer`` sets."""
    [header] = answer.headers.getlist("Set-Cookie")
    return set(header.split("; ")[1:])


def test_cookie_of_plain_http(visitor: Visitor) -> None:
    """Over http, in development, the cookie is out of scripts' reach and bound to the site."""
    page = visitor.ask_anew()

    assert attributes(page) >= {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"}
    assert "Secure" not in attributes(page)
    assert page.headers["Set-Cookie"].startswith(f"mxcp-{digest(hidden(page)['authorization'])[:16]}=")


def test_value_is_not_the_form(visitor: Visitor) -> None:
    """Who reads the page cannot make the cookie."""
    page = visitor.ask_anew()
    value = page.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]

    assert len(value) == 43
    assert value not in page.text


def test_binding_moves_on_and_ends(visitor: Visitor) -> None:
    """The approval replaces the cookie by a new one, and the callback removes that."""
    departure = visitor.answer(visitor.ask_anew())
    written, forgotten = departure.headers.getlist("Set-Cookie")
    back = visitor.come_back(visitor.meet_provider(departure))

    assert "Max-Age=600" in written
    assert "Max-Age=0" in forgotten
    assert "Max-Age=0" in back.headers["Set-Cookie"]
    assert back.headers["Set-Cookie"].split("=")[0] == written.split("=")[0]
