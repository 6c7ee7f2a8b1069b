"""JSON text that is too long to be held: beyond some size it lies in a file that has no name."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

_IN_MEMORY = 1_000_000  # bytes
_PIECE = 65_536  # bytes


class Spool:
    """A JSON text in UTF-8, written once and then read as often as need be; not for two threads at once."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see close
        self._escapes = 0  # bytes that need a backslash within a JSON string
        self.size = 0  # bytes
        self.close = weakref.finalize(self, self._file.close)  # at the latest when nobody has this any more

    def write(self, text: bytes) -> None:
        """Add ``text``."""
        self._file.write(text)
        self.size += len(text)
        self._escapes += text.count(b'"') + text.count(b"\\")

    @property
    def escaped_size(self) -> int:
        """Return how many bytes ``escaped`` gives."""
        return self.size + self._escapes

    def plain(self) -> Iterator[bytes]:
        """Give the text in pieces."""
        for place in range(0, self.size, _PIECE):
            self._file.seek(place)
            yield self._file.read(_PIECE)

    def escaped(self) -> Iterator[bytes]:
        """Give the text in pieces as it stands within a JSON string, where JSON needs nothing but backslashes."""
        for piece in self.plain():
            yield piece.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
