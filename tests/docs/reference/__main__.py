"""Writes the pages."""

from tests.docs.blocks import ROOT
from tests.docs.reference.pages import PAGES

for name, make in PAGES.items():
    path = ROOT / "docs" / "reference" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(make(), encoding="utf-8")
