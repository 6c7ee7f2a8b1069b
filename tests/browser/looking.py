"""Looks at a page as people with other screens, eyes and tools do."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tests.browser.windows import DESKTOP, ENLARGED, PHONE, SCHEMES, SIZES
from tests.clients.programs import MODULES

if TYPE_CHECKING:
    from playwright.sync_api import Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
_ASK_AXE = """async rules => {
  const found = await axe.run(document, {runOnly: rules, preload: false, resultTypes: ["violations"]});
  return found.violations.map(one => `${one.impact} ${one.id}: ${one.nodes.map(node => node.html).join(" ")}`);
}"""
_TOO_WIDE = """() => {
  const page = document.scrollingElement;
  return page.scrollWidth > page.clientWidth ? `${page.scrollWidth} > ${page.clientWidth}` : "";
}"""


def look_at(page: Page) -> None:
    """Fail when the page is wider than a screen, or when axe-core finds anything, in light or in dark."""
    faults = [fault for scheme in SCHEMES for fault in _faults_in(page, scheme)]
    assert not faults, "\n".join([page.url, *faults])


def _faults_in(page: Page, scheme: str) -> list[str]:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    faults = []
    for width, height in (ENLARGED, *SIZES):
        page.set_viewport_size({"width": width, "height": height})
        found = [f"too wide: {page.evaluate(_TOO_WIDE)}"] if page.evaluate(_TOO_WIDE) else []
        if (width, height) in {PHONE, DESKTOP}:
            found += ask_axe(page)
        faults += [f"{width} pixels, {scheme}: {fault}" for fault in found]
    return faults


def ask_axe(page: Page) -> list[str]:
    """Return what violates WCAG 2.1, levels A and AA, as far as axe-core can tell."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    found: list[Any] = page.evaluate(_ASK_AXE, _RULES)
    return [str(one) for one in found]


@cache
def _axe() -> str:
    return (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
