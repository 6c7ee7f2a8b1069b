"""The consent page for those who enlarge it, choose their own colours, or print it."""

from __future__ import annotations

import pytest

from tests.browser.applications import Application
from tests.browser.people import ALLOW, DENY, Person
from tests.browser.windows import ENLARGED

pytestmark = pytest.mark.browser
_STYLE = "(element, name) => getComputedStyle(element)[name]"


def style_of(person: Person, selector: str, name: str) -> str:
    """Return a property of the first element that ``selector`` finds."""
    found: str = person.page.locator(selector).first.evaluate(_STYLE, name)
    return found


def test_enlarged(ada: Person, application: Application) -> None:
    """Where there is little room, the buttons must not stay in front of what they are about."""
    ada.open(application.authorization_url())
    assert style_of(ada, ".answer", "position") == "sticky"
    ada.page.set_viewport_size({"width": ENLARGED[0], "height": ENLARGED[1]})

    assert style_of(ada, ".answer", "position") == "static"


def test_own_colours(ada: Person, application: Application) -> None:
    """Where grounds have no colours, lines must show what belongs together, and where a name begins and ends."""
    ada.open(application.authorization_url())
    ada.page.emulate_media(forced_colors="active")

    for selector in ("main", ".warning", "h1 .name", "button"):
        assert style_of(ada, selector, "borderTopStyle") == "solid", selector


def test_printed(ada: Person, application: Application) -> None:
    """Paper is white, also for whoever has a dark screen."""
    ada.open(application.authorization_url())
    ada.page.emulate_media(media="print", color_scheme="dark")

    assert style_of(ada, "html", "colorScheme") == "light"
    assert style_of(ada, "body", "color") == "rgb(27, 29, 28)"
    assert style_of(ada, "h1", "color") == "rgb(27, 29, 28)"


def test_read_aloud(ada: Person, application: Application) -> None:
    """What is read first must say which page it is; the button that allows must bring its warning along."""
    ada.open(application.authorization_url())
    assert ada.page.title() == "Allow access to demo?"
    described = ada.button(ALLOW).get_attribute("aria-describedby")
    assert "only if you have just started" in ada.page.locator(f"#{described}").inner_text()
    assert ada.button(DENY).get_attribute("aria-describedby") is None
    order = ada.page.locator("h1, #care, .destination, .answer").evaluate_all("all => all.map(one => one.className)")
    assert order == ["", "", "destination", "answer"]
