"""The fenced blocks of README.md and docs/, and what the comment above each says of it.

A comment right above a block says who follows it: ``<!-- run by: tests/… -->``, ``<!-- save as: /path -->`` for a file
that the run commands need, or ``<!-- needs the outside world: why -->``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))

_BLOCK = re.compile(r"(?:^<!-- ([^\n]*) -->\n+)?^( *)```(\S*)\n(.*?)^\2```$", re.MULTILINE | re.DOTALL)
_SHELLS = frozenset({"sh", "bash", "shell", "console"})
_COMMAND = re.compile(
    r"^\s*(?:\$ |sudo |export |mxcp |gunicorn |flask |curl |pip |python3? |apt(?:-get)? |systemctl |docker |psql "
    r"|pg_\w+ |\.venv/|kill |nginx |openssl |certbot |cp |mv |chmod |chown )",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of ``document``; ``note`` is the comment above it, "" when there is none."""

    document: Path
    line: int
    note: str
    language: str
    text: str

    @property
    def place(self) -> str:
        """Return where the block is."""
        return f"{self.document.relative_to(ROOT)}:{self.line}"

    @property
    def has_commands(self) -> bool:
        """Tell whether a reader would type this."""
        return self.language in _SHELLS or (self.language in {"", "text"} and bool(_COMMAND.search(self.text)))

    def said(self, what: str) -> str | None:
        """Return what the note says after ``what`` and a colon, or None when it says something else."""
        return self.note.removeprefix(f"{what}:").strip() if self.note.startswith(f"{what}:") else None


def blocks_of(document: Path) -> Iterator[Block]:
    """Give the blocks of ``document`` in their order."""
    text = document.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        note, indent, language, body = found.groups()
        line = text.count("\n", 0, found.start(3)) + 1
        yield Block(document, line, note or "", language, re.sub(rf"^{indent}", "", body, flags=re.MULTILINE))


def run_by(test: str, document: Path) -> Iterator[Block]:
    """Give the blocks of ``document`` that ``test``, a path below the root, must run."""
    return (block for block in blocks_of(document) if block.said("run by") == test)
