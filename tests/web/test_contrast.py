"""The colours of the style sheet have the contrast that WCAG 2.2 asks for, in both schemes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

TEXT, PARTS = 4.5, 3.0  # level AA: §1.4.3 for text, §1.4.11 for what shows where a control is

#: What stands on what, and how much contrast it needs.
PAIRS = [
    *(("ink", ground, TEXT) for ground in ("paper", "card", "field")),
    *(("quiet", ground, TEXT) for ground in ("paper", "card", "field")),
    *(("accent", ground, TEXT) for ground in ("card", "field")),
    ("on-notice", "notice", TEXT),
    *(("edge", ground, PARTS) for ground in ("card", "field")),
    *(("accent", ground, PARTS) for ground in ("paper", "card", "field")),  # the outline of what has the focus
]


@pytest.fixture(params=["light", "dark"])
def colours(request: pytest.FixtureRequest, app: Flask) -> dict[str, str]:
    """Return the custom properties of one scheme."""
    text = (Path(app.template_folder or "") / "style.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found if request.param == "light" else {**found, **dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))}


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio, from 1 to 21 (WCAG 2.2)."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_ratio() -> None:
    """Black on white is 21, and a grey that is known to miss the mark misses it."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("above", "below", "least"), PAIRS)
def test_contrast(colours: dict[str, str], above: str, below: str, least: float) -> None:
    """Each colour can be told from what it stands on."""
    assert contrast(colours[above], colours[below]) >= least


def test_every_colour_is_looked_at(colours: dict[str, str]) -> None:
    """A colour that is new needs a line in the table; only hair lines, which say nothing, have none."""
    assert set(colours) - {"line"} == {name for above, below, _ in PAIRS for name in (above, below)}
