"""The page on which a person sees who holds access in their name, and ends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser.applications import Application, registered
from tests.browser.conftest import Meet
from tests.browser.hostile import NAMES
from tests.browser.looking import look_at
from tests.browser.people import Person
from tests.browser.serving import Place
from tests.browser.windows import PHONE, origin_of

pytestmark = pytest.mark.browser
each_provider = pytest.mark.parametrize("place", ["github", "atlassian", "salesforce"], indirect=True)


@pytest.fixture
def other(place: Place) -> Iterator[Application]:
    """Return one more application, with a name that turns the direction of writing."""
    with registered(place.base, NAMES["turned around"][0]) as client:
        yield client


@pytest.fixture
def bo(meet: Meet) -> Person:
    """Return Bo, who looks at a phone, and of whom no other test wants anything."""
    return meet("bo-fixture", size=PHONE)


def let_in(person: Person, application: Application) -> str:
    """Let the application in, and return its access token."""
    person.window.own.add(origin_of(application.redirect_uri))
    person.open(application.authorization_url())
    person.allow()
    person.go_through_provider()
    return application.token(application.answer()["code"])


def sign_in(person: Person, place: Place) -> None:
    """Open the account page, and sign in there."""
    person.open(f"{place.base}/account")
    person.press("Sign in with")
    person.go_through_provider()
    person.page.wait_for_url(f"{place.base}/account")


@each_provider
def test_account(bo: Person, place: Place, application: Application, other: Application) -> None:
    """What was allowed must be listed, whatever it calls itself, and be ended at once: one of it, then all."""
    tokens = [let_in(bo, one) for one in (application, other)]
    sign_in(bo, place)
    names = bo.page.get_by_role("heading", level=2).all_inner_texts()
    assert sorted(names) == ["Notebook", NAMES["turned around"][1]]
    look_at(bo.page)

    bo.press("End access of Notebook")
    assert bo.page.title().startswith("Access ended")
    assert bo.page.get_by_role("heading", level=2).all_inner_texts() == [NAMES["turned around"][1]]
    assert [one.ask_tools(token) for one, token in zip((application, other), tokens, strict=True)] == [401, 200]
    look_at(bo.page)

    bo.press("End access of Notes")
    assert other.ask_tools(tokens[1]) == 401
    assert not bo.page.get_by_role("heading", level=2).all_inner_texts()


def test_end_all_access(bo: Person, place: Place, application: Application, other: Application) -> None:
    """One button must end everything."""
    tokens = [let_in(bo, one) for one in (application, other)]
    sign_in(bo, place)
    bo.press("End all access")

    assert [one.ask_tools(token) for one, token in zip((application, other), tokens, strict=True)] == [401, 401]


def test_account_without_script(meet: Meet, place: Place, application: Application) -> None:
    """Everything must work in a browser that runs no script."""
    bo = meet("bo-fixture", script=False)
    token = let_in(bo, application)
    sign_in(bo, place)
    bo.press("End access of Notebook")

    assert application.ask_tools(token) == 401


def test_signed_out(ada: Person, place: Place) -> None:
    """The page must be free of barriers before one signs in, and show nothing any more once one has signed out."""
    ada.open(f"{place.base}/account")
    look_at(ada.page)
    sign_in(ada, place)
    ada.press("Sign out")

    assert ada.page.get_by_role("button", name="Sign in with").is_visible()
    assert "ada-fixture" not in ada.text()
