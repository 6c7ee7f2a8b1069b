"""The page at ``/``."""

from __future__ import annotations

import pytest

from tests.browser.looking import look_at
from tests.browser.people import Person
from tests.browser.serving import Place

pytestmark = pytest.mark.browser


def test_landing(ada: Person, place: Place) -> None:
    """It must say how each application connects to this server, and be free of barriers."""
    ada.open(place.base)

    text = ada.text()
    for name in ("Claude Code", "VS Code", "Cursor", "Inspector", "curl"):
        assert name in text
    assert text.count(f"{place.base}/mcp") >= len(("Claude Code", "VS Code", "Cursor", "curl"))
    look_at(ada.page)


def test_one_click_selects_a_whole_snippet(ada: Person, place: Place) -> None:
    """A click must select all of what is to be copied, and nothing beside it."""
    ada.open(place.base)
    snippet = ada.page.locator("pre", has_text="claude mcp add")
    snippet.locator("code").click()

    selected = ada.page.evaluate("() => getSelection().toString()")
    assert selected == snippet.inner_text() == f"claude mcp add --transport http demo {place.base}/mcp"
