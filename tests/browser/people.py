"""A person in front of a window: finds things by what they are called, not by how a page is built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.browser.windows import Window

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

ALLOW = re.compile(r"^(allow|approve)", re.IGNORECASE)
_MOST_TABS = 20
DENY = re.compile(r"^deny", re.IGNORECASE)


class Person:
    """Somebody with a browser, who signs in as ``login`` at the provider."""

    def __init__(self, window: Window, login: str = "ada-fixture") -> None:
        self.window = window
        self.login = login

    @property
    def page(self) -> Page:
        """Return the page that the window shows."""
        return self.window.page

    def open(self, url: str) -> None:
        """Open ``url``."""
        self.page.goto(url)

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """Return the one button of that name."""
        return self.page.get_by_role("button", name=name)

    def allow(self) -> None:
        """Allow what the consent page asks for."""
        self.press(ALLOW)

    def deny(self) -> None:
        """Deny what the consent page asks for."""
        self.press(DENY)

    def sign_in_there(self) -> None:
        """Choose oneself on the provider's page, and go on."""
        self.page.get_by_label(f"({self.login})").check()
        self.press("Authorize")

    def go_through_provider(self) -> None:
        """Sign in at the provider, unless it knows the person already and asks nothing."""
        if self.button("Authorize").count():
            self.sign_in_there()

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button of that name, and wait for the page to which it leads."""
        with self.page.expect_navigation():
            self.point_at(name)
            self.button(name).click()

    def point_at(self, name: str | re.Pattern[str]) -> None:
        """Bring the pointer to the button of that name, which may take clicks only some time after that."""
        self.button(name).hover(force=True)

    def heading(self) -> str:
        """Return what the page says first."""
        text: str = self.page.get_by_role("heading", level=1).inner_text()
        return text

    def text(self) -> str:
        """Return all that the page says."""
        text: str = self.page.locator("body").inner_text()
        return text

    def press_until(self, name: str | re.Pattern[str]) -> None:
        """Press the Tab key until the button of that name has the focus."""
        wanted = self.button(name)
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"no way by keyboard to {name}")

    def sees_focus(self) -> bool:
        """Tell whether what has the focus is marked."""
        seen: bool = self.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle !== 'none'")
        return seen
