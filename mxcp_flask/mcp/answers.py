"""Answers whose JSON is put together when they are sent, because what they hold is too long to be held in memory."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mxcp_flask.mcp.spool import Spool


@dataclass(frozen=True)
class Spooled:
    """Stands in a JSON value for the value whose text is in ``spool``, or for that text itself as a string."""

    spool: Spool
    as_string: bool = False

    @property
    def size(self) -> int:
        """Return the bytes of its JSON."""
        return self.spool.escaped_size + 2 if self.as_string else self.spool.size

    def __iter__(self) -> Iterator[bytes]:
        if not self.as_string:
            return self.spool.plain()
        return _chained([[b'"'], self.spool.escaped(), [b'"']])


Part = bytes | Spooled


class LongAnswer:
    """The JSON of an answer, made of ``parts`` that are read when they are sent; it must be closed."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self.size = sum(part.size if isinstance(part, Spooled) else len(part) for part in parts)  # bytes

    def __iter__(self) -> Iterator[bytes]:
        return _chained([part] if isinstance(part, bytes) else part for part in self.parts)

    def close(self) -> None:
        """Let go of the files."""
        for part in self.parts:
            if isinstance(part, Spooled):
                part.spool.close()


Body = bytes | LongAnswer


def compose(value: Any) -> Body:
    """Return compact JSON of ``value`` in UTF-8; raises ValueError on what JSON or UTF-8 cannot say."""
    left_out: dict[str, Spooled] = {}

    def leave_out(part: Any) -> str:
        if not isinstance(part, Spooled):
            raise TypeError(f"{type(part).__name__} is no JSON")
        left_out[mark := secrets.token_hex()] = part  # nobody else's text can be the same
        return mark

    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=leave_out)
    return LongAnswer([*_filled(text, left_out)]) if left_out else text.encode("utf-8")


def joined(*bodies: Body) -> Body:
    """Return one text after the other."""
    parts: list[Part] = []
    for body in bodies:
        parts += body.parts if isinstance(body, LongAnswer) else [body]
    texts = [part for part in parts if isinstance(part, bytes)]
    return b"".join(texts) if len(texts) == len(parts) else LongAnswer(parts)


def _filled(text: str, left_out: dict[str, Spooled]) -> Iterator[Part]:
    for mark, part in left_out.items():
        before, _, text = text.partition(f'"{mark}"')
        yield before.encode("utf-8")
        yield part
    yield text.encode("utf-8")


def _chained(parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    for part in parts:
        yield from part
