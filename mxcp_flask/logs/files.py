"""The log file. Several processes append to it, and anybody may rotate it away meanwhile."""

from __future__ import annotations

import io
import logging
import os
import sys
from contextlib import suppress
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from mxcp_flask.folder_locks import alone_in


class LogFile(WatchedFileHandler):
    """Appends each record to ``path`` in one write; a file that was moved or removed is made anew.

    A new file is its owner's alone. With ``max_bytes`` a file of that size becomes ``<path>.1``, that one ``<path>.2``
    and so on to ``keep``; of several processes one does it. Raises OSError when the file cannot be opened.
    """

    def __init__(self, path: Path, max_bytes: int | None = None, keep: int = 5) -> None:
        self.max_bytes = max_bytes
        self.keep = keep
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(path, encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record. Nothing of it is lost when another process rotates the file at the same time."""
        try:
            self._rotate_when_full()
        except OSError:
            self.handleError(record)
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 (logging's name)
        """Say on standard error, in one line, why a line could not be written."""
        error = sys.exc_info()[1]
        with suppress(OSError, ValueError):
            sys.stderr.write(f"cannot write to the log {self.baseFilename}: {error}\n")

    def _open(self) -> Any:
        # Unbuffered: one write for each line, so that the lines of several processes do not mix.
        file = io.FileIO(self.baseFilename, "a", opener=lambda path, flags: os.open(path, flags, 0o600))
        return io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", write_through=True)

    def _rotate_when_full(self) -> None:
        if self._is_full():
            with alone_in(Path(self.baseFilename).parent):
                if self._is_full():
                    self._rotate()

    def _is_full(self) -> bool:
        if not self.max_bytes:
            return False
        try:
            return Path(self.baseFilename).stat().st_size >= self.max_bytes
        except FileNotFoundError:
            return False

    def _rotate(self) -> None:
        names = [Path(name) for name in (self.baseFilename, *rotated(self.baseFilename, self.keep))]
        for older, newer in zip(reversed(names), list(reversed(names))[1:], strict=False):
            with suppress(FileNotFoundError):
                newer.replace(older)
        if not self.keep:
            names[0].unlink(missing_ok=True)


def rotated(path: Path | str, keep: int) -> list[str]:
    """Return the names of the files that ``path`` is rotated to, the newest first."""
    return [f"{path}.{number}" for number in range(1, keep + 1)]
