"""Colours: on a terminal only, and never where NO_COLOR is set (no-color.org) or the terminal has none."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import click


def paint(text: str, colour: str, stream: TextIO | None = None) -> str:
    """Return ``text`` in ``colour`` where ``stream``, which is standard output if not given, shows colours."""
    shown = stream or sys.stdout
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not shown.isatty()
    return text if plain else click.style(text, fg=colour)
