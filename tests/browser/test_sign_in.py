"""From an MCP client's authorization URL, through our page and the provider's, back to the client."""

from __future__ import annotations

import pytest

from tests.browser.applications import Application
from tests.browser.conftest import Meet
from tests.browser.looking import look_at
from tests.browser.people import ALLOW, Person
from tests.browser.serving import Place
from tests.browser.windows import PHONE, SCHEMES, SIZES

pytestmark = pytest.mark.browser
each_provider = pytest.mark.parametrize("place", ["github", "atlassian", "salesforce"], indirect=True)


def arrive(application: Application) -> None:
    """Fail unless the client has got a code that gives a token that works."""
    answer = application.answer()
    assert "code" in answer, answer
    assert application.ask_tools(application.token(answer["code"])) == 200


@each_provider
def test_consent_can_be_read_by_everybody(ada: Person, application: Application, place: Place) -> None:
    """The page must say who asks and who is asked next, fit every screen, and be free of barriers."""
    ada.open(application.authorization_url())

    assert "Notebook" in ada.heading()
    assert place.stand_in.dialect in ada.text().lower()
    look_at(ada.page)


@each_provider
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_sign_in(application: Application, meet: Meet, size: tuple[int, int], scheme: str) -> None:
    """Allowing and signing in must bring a code to the client, which gives access, whatever the screen."""
    person = meet(size=size, scheme=scheme)
    person.open(application.authorization_url())
    person.allow()
    person.sign_in_there()

    arrive(application)


def test_only_the_keyboard(ada: Person, application: Application) -> None:
    """Whoever has no mouse must reach every button, see where they are, and get through."""
    ada.open(application.authorization_url())
    ada.press_until(ALLOW)
    assert ada.sees_focus()
    ada.page.keyboard.press("Enter")
    ada.page.get_by_role("radio").first.focus()
    ada.page.keyboard.press("Space")
    ada.press_until("Authorize")
    ada.page.keyboard.press("Enter")

    arrive(application)


def test_second_half_of_a_double_click(ada: Person, application: Application) -> None:
    """A click where the pointer has only just come to be, as when a window in front has closed, must not answer."""
    ada.open(application.authorization_url())
    ada.page.evaluate("() => document.addEventListener('submit', () => { window.answered = true })")
    box = ada.button(ALLOW).bounding_box()
    assert box is not None
    ada.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    assert ada.page.evaluate("() => window.answered") is None
    ada.allow()
    ada.sign_in_there()
    arrive(application)


def test_without_script(application: Application, meet: Meet) -> None:
    """Everything must work in a browser that runs no script."""
    person = meet(size=PHONE, script=False)
    person.open(application.authorization_url())
    person.allow()
    person.sign_in_there()

    arrive(application)


@each_provider
def test_deny(ada: Person, application: Application) -> None:
    """Denying must bring the refusal to the client, without a way over the provider."""
    ada.open(application.authorization_url())
    ada.deny()

    assert application.answer()["error"] == "access_denied"
