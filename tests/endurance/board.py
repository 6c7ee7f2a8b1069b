"""What processes tell each other while they work: lines in files, which all may append to and read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_RECENT = 1000  # bytes; at least three lines of any kind


@dataclass(frozen=True)
class Board:
    """Lines by topic, in files in ``folder``."""

    folder: Path

    def post(self, topic: str, *words: str) -> None:
        """Append a line. It is one write, so the lines of several writers do not mix."""
        with (self.folder / topic).open("a", encoding="ascii") as file:
            file.write(" ".join(words) + "\n")

    def lines(self, topic: str) -> list[list[str]]:
        """Return all lines, the oldest first, as their words."""
        file = self.folder / topic
        return [line.split() for line in file.read_text(encoding="ascii").splitlines()] if file.exists() else []

    def latest(self, topic: str) -> list[list[str]]:
        """Return some of the newest lines, the newest last."""
        file = self.folder / topic
        if not file.exists():
            return []
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - _RECENT))
            text = opened.read().decode("ascii")
        if len(text) >= _RECENT:
            text = text.partition("\n")[2]  # the first is cut
        return [line.split() for line in text.splitlines()][-3:]

    def claim(self, name: str) -> None:
        """Take ``name``, which nobody may take twice. Raises FileExistsError when somebody did."""
        (self.folder / name).touch(exist_ok=False)
