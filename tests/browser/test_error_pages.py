"""What people read when something goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.browser.applications import Application
from tests.browser.looking import look_at
from tests.browser.people import Person
from tests.browser.serving import Place
from tests.browser.situations import SITUATIONS, Scene

pytestmark = pytest.mark.browser


@pytest.fixture
def scene(ada: Person, application: Application, place: Place) -> Iterator[Scene]:
    """Return Ada before a server, whose provider works again afterwards."""
    yield Scene(ada, application, place)
    place.stand_in.app.config["FAULTS"].clear()


@pytest.mark.parametrize("name", SITUATIONS)
def test_error_page(scene: Scene, name: str) -> None:
    """A page must say to everybody what happened, whose move it is, and under which reference the log has it."""
    situation = SITUATIONS[name]
    situation.walk(scene)

    text = scene.person.text()
    assert situation.says in text
    assert re.search(rf"whose move[^\n]*\n+[^\n]*{situation.move}", text, re.IGNORECASE), text
    assert re.search(rf"{situation.status}, reference [0-9a-f]{{16}}\b", text), text
    look_at(scene.person.page)
    if situation.leads_on:
        scene.person.page.get_by_role("link", name="Return").click()
        assert scene.application.answer()["error"]
