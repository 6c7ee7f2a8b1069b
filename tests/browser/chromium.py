"""Debian's Chromium, as it must be started by root on a machine that reaches nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_PROGRAM = "/usr/bin/chromium"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",  # so that pictures are alike on all machines
)


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Run the browser while the block lasts."""
    from playwright.sync_api import sync_playwright  # here: other tests are collected without it

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_PROGRAM, args=_FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()
