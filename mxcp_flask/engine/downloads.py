"""What SQL has downloaded, in memory, as files that only their names open.

DuckDB's readers open files. The project's folders would be the wrong place for them: every other request could list and
read them there. Here a file has a random name of 128 bits, nothing lists the names, and it is gone with its session.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Collection
from datetime import datetime, timezone
from typing import Any

from fsspec import AbstractFileSystem

SCHEME = "mxcp://"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Downloads(AbstractFileSystem):  # type: ignore[misc]
    """A read-only file system of one database, for use by many threads."""

    protocol = "mxcp"
    cachable = False

    def __init__(self) -> None:
        super().__init__()
        self._contents: dict[str, bytes] = {}

    def keep(self, content: bytes) -> str:
        """Keep ``content`` and return the URL that opens it."""
        name = secrets.token_hex(16)
        self._contents[name] = content
        return SCHEME + name

    def forget(self, urls: Collection[str]) -> None:
        """Let go of what ``keep`` returned."""
        for url in urls:
            self._contents.pop(url.removeprefix(SCHEME), None)

    def _open(self, path: str, mode: str = "rb", **_: Any) -> io.BytesIO:
        if mode not in {"r", "rb"}:
            raise PermissionError("downloads cannot be written")
        return io.BytesIO(self._content(path))

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        """Return name and size. Raises FileNotFoundError."""
        return {"name": path, "size": len(self._content(path)), "type": "file"}

    def exists(self, path: str, **_: Any) -> bool:
        """Tell whether exactly this file is there."""
        return path.removeprefix(SCHEME) in self._contents

    def glob(self, path: str, **_: Any) -> list[str]:
        """Return the path itself if it is there: no pattern finds anything."""
        return [path] if self.exists(path) else []

    def modified(self, _: str) -> datetime:
        """Return a time that is the same for all."""
        return _EPOCH

    def _content(self, path: str) -> bytes:
        try:
            return self._contents[path.removeprefix(SCHEME)]
        except KeyError:
            raise FileNotFoundError(path) from None
