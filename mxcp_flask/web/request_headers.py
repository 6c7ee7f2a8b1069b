"""The headers of the request at hand, read from the WSGI environ when somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_WITHOUT_PREFIX = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})


class RequestHeaders(Mapping[str, str]):
    """Values by name, in whatever case; the names that are given are in lower case.

    A header that was sent several times has its values in one, as the server joined them (PEP 3333).
    """

    __slots__ = ("_environ",)

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        """Return the value of the header ``name``. Raises KeyError."""
        key = name.upper().replace("-", "_")
        value: str = self._environ[key if key in _WITHOUT_PREFIX else f"HTTP_{key}"]
        return value

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of the header ``name``, or ``default``."""
        key = name.upper().replace("-", "_")
        return self._environ.get(key if key in _WITHOUT_PREFIX else f"HTTP_{key}", default)

    def __iter__(self) -> Iterator[str]:
        """Give the names."""
        for key in self._environ:
            if key.startswith("HTTP_") and key[5:] not in _WITHOUT_PREFIX:
                yield key[5:].replace("_", "-").lower()
            elif key in _WITHOUT_PREFIX and self._environ[key]:
                yield key.replace("_", "-").lower()

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(1 for _ in self)
