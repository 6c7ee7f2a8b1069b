"""What a defence is: a piece of source that stands against a threat, and what proves that it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Defence:
    """A piece of source, in a file below the repository's root, that defends against the threat of a number.

    ``source`` stands there exactly once. With ``without`` in its place each of the ``tests``, functions in the threat's
    own file, must fail.
    """

    threat: int
    file: str
    source: str
    without: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"T{self.threat:02} {self.file}: {' '.join(self.source.split())}"

    @property
    def test_file(self) -> str:
        """Return the path of the threat's own file."""
        [path] = Path(__file__).parent.glob(f"test_t{self.threat:02}_*.py")
        return path.relative_to(ROOT).as_posix()

    def taken_out(self, text: str) -> str:
        """Return ``text``, which is the file's, without the defence. Raises ValueError unless it is there once."""
        found = text.count(self.source)
        if found != 1:
            raise ValueError(f"{self} is there {found} times instead of once")
        return text.replace(self.source, self.without)


def defence(threat: int, file: str, source: str, without: str, tests: str) -> Defence:
    """Return the defence whose file is named as the package names it, and whose ``tests`` are named from T's number on.

    ``tests`` are separated by spaces.
    """
    path = file if file.startswith("templates/") else f"mxcp_flask/{file}"
    names = tuple(f"test_t{threat:02}_{name}" for name in tests.split())
    return Defence(threat, path, source, without, names)
