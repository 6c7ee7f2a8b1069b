"""Applications that lie about who they are: what they call themselves must stay a text, and beside the point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.applications import register, registered
from tests.browser.conftest import Meet, Serve
from tests.browser.hostile import DESTINATIONS, NAMES, REFUSED
from tests.browser.people import ALLOW, DENY, Person
from tests.browser.serving import Place
from tests.browser.windows import SIZES, Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
TALL = (390, 2000)  # nothing has to be scrolled for a picture
_ON_TOP = """element => {
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return top === element || top === element.closest(".decision");  // which covers it from a double click
}"""
_OUTLINE = """() => [...document.querySelectorAll("*")].map(
  element => [element.tagName, ...[...element.attributes].map(one => one.name)].join(" "))"""


@pytest.fixture(scope="module")
def harmless(chromium: Browser, serve: Serve) -> tuple[list[str], bytes]:
    """Return the outline of the page of a client with a plain name, and the picture of its form."""
    place = serve("github")
    person = Person(Window(chromium, [place.base], TALL))
    with registered(place.base) as client:
        person.open(client.authorization_url())
    found = outline(person), picture(person)
    person.window.context.close()
    return found


def outline(person: Person) -> list[str]:
    """Return the page's elements, each with the names of its attributes."""
    found: list[str] = person.page.evaluate(_OUTLINE)
    return found


def picture(person: Person) -> bytes:
    """Return what the form looks like."""
    taken: bytes = person.page.locator("form").screenshot()
    return taken


def overlap(one: Any, other: Any) -> bool:
    """Tell whether two boxes have a point in common."""
    beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
    return not (beside or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"])


def check_picture(person: Person, destination: str) -> None:
    """Fail unless both buttons and where the answer goes are on the first screen, apart and undisturbed."""
    page = person.page
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate("() => scrollTo(0, 0)")
        things = [person.button(ALLOW), person.button(DENY), page.get_by_text(destination, exact=True).first]
        assert all(thing.evaluate(_ON_TOP) for thing in things[:2])
        boxes = [thing.bounding_box() for thing in things]
        assert all(box["y"] + box["height"] <= height for box in boxes if box), (width, boxes)
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes if box), (width, boxes)
        heading = page.get_by_role("heading", level=1).bounding_box()
        apart = [*boxes, heading]
        assert None not in apart
        assert not any(overlap(one, two) for i, one in enumerate(apart) for two in apart[:i]), (width, apart)
        assert page.evaluate("() => document.scrollingElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", NAMES)
def test_name(meet: Meet, place: Place, harmless: tuple[list[str], bytes], kind: str) -> None:
    """A hostile name must be read as what it is, add nothing to the page, and leave everything in its place."""
    name, shown = NAMES[kind]
    ada = meet(size=TALL)
    with registered(place.base, name) as hostile:
        ada.open(hostile.authorization_url())

    heading = ada.page.get_by_role("heading", level=1).text_content() or ""
    assert " ".join(heading.split()) == f"Allow {shown} to use demo?"
    assert (outline(ada), picture(ada)) == harmless
    check_picture(ada, hostile.redirect_uri.split("/")[2])


@pytest.mark.parametrize("uri", DESTINATIONS)
def test_destination(ada: Person, place: Place, uri: str) -> None:
    """What decides who gets the answer must be seen in full, and nothing else of the URI."""
    shown = DESTINATIONS[uri]
    with registered(place.base, redirect_uri=uri) as hostile:
        ada.open(hostile.authorization_url())

    assert uri not in ada.text()
    assert "github.com" not in ada.text().replace(shown, "")
    check_picture(ada, shown)


def test_refused_redirect_uris(place: Place) -> None:
    """What no browser should ever be sent to must not be registered."""
    answers = [register(place.base, "Notebook", [uri]) for uri in REFUSED]

    assert [answer.get("error") for answer in answers] == ["invalid_redirect_uri"] * len(REFUSED)
