"""What passes between the web edge and this package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from mxcp_flask.mcp.answers import Body
from mxcp_flask.records import Identity

EVENTS = "text/event-stream"


@dataclass(frozen=True)
class HttpMessage:
    """A POST to the MCP endpoint.

    Header names are lower case; a header that was sent twice holds both values joined by ``", "`` (RFC 9110 §5.3),
    which no check accepts. ``alive`` tells whether the client still waits; it may be asked by any thread.
    """

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    alive: Callable[[], bool] | None = None

    def header(self, name: str) -> str | None:
        """Return the value of the header ``name`` (lower case) without surrounding blanks, or None."""
        value = self.headers.get(name)
        return None if value is None else value.strip(" \t")

    @property
    def accepts_events(self) -> bool:
        """Tell whether the client names text/event-stream among what it reads (RFC 9110 §12.5.1)."""
        return _names_events(self.headers.get("accept") or "")


@lru_cache(maxsize=64)
def _names_events(accept: str) -> bool:
    ranges = [part.split(";") for part in accept.lower().split(",")]
    return any(kind.strip() == EVENTS and "q=0" not in map(str.strip, rest) for kind, *rest in ranges)


def _admit_all(calls: int) -> None:
    """Have no limit."""


@dataclass(frozen=True)
class Caller:
    """Who sent the message, and with which scopes; None: authentication is off and nothing is withheld.

    ``principal`` is the person and their client, as text; ``grant`` is one sign-in of theirs. Both are empty when
    nobody is signed in. ``admit`` is told how many requests there are before any is answered, and raises TooManyCalls.
    """

    identity: Identity
    scopes: frozenset[str] | None
    principal: str = ""
    grant: str = ""
    admit: Callable[[int], None] = _admit_all

    def lacks(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Return the scopes of ``needed`` that the caller does not have, in the same order."""
        scopes = self.scopes
        return () if scopes is None else tuple(scope for scope in needed if scope not in scopes)


@dataclass(frozen=True)
class Reply:
    """The HTTP answer: status, JSON in UTF-8 (None: empty), and what was called, for the edge's log line.

    With a ``stream`` it is text/event-stream instead, whose parts come as they are ready. Whoever sends a stream, or a
    long body, closes it.
    """

    status: int
    body: Body | None = field(default=None, repr=False)
    stream: Iterator[bytes] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str | None = None
    name: str | None = None
