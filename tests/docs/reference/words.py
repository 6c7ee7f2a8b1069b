"""The sentences about keys, routes and variables: one YAML file a page, and nothing without its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "words"


class Wanting(Exception):
    """The words do not fit the code."""


class Words:
    """The sentences of one file, each of which must be used."""

    def __init__(self, name: str) -> None:
        self.path = FOLDER / name
        self._said: Mapping[str, Any] = yaml.safe_load(self.path.read_text(encoding="utf-8"))
        self._used: set[tuple[str, str]] = set()

    def find(self, sections: list[str], key: str) -> Any:
        """Return what the first of ``sections`` that knows ``key`` says. Raises Wanting when none does."""
        for section in sections:
            if key in self._said.get(section, {}):
                self._used.add((section, key))
                return self._said[section][key]
        raise Wanting(f"say what {sections[0]}.{key} is, in {self.path.name} under {sections[0]}")

    def check_all_used(self) -> None:
        """Raise Wanting when something is said of what is gone."""
        said = {(section, key) for section, keys in self._said.items() for key in keys}
        gone = sorted(".".join(each) for each in said - self._used)
        if gone:
            raise Wanting(f"{', '.join(gone)}: gone from the code; remove the words from {self.path.name}")
