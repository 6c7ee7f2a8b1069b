"""What passes between the web edge and this package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mxcp_flask.records import Identity


@dataclass(frozen=True)
class HttpMessage:
    """A POST to the MCP endpoint.

    Header names are lower case; a header that was sent twice holds both values joined by ``", "`` (RFC 9110 §5.3),
    which no check accepts.
    """

    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """Return the value of the header ``name`` (lower case) without surrounding blanks, or None."""
        value = self.headers.get(name)
        return None if value is None else value.strip(" \t")


@dataclass(frozen=True)
class Caller:
    """Who sent the message, and with which scopes; None: authentication is off and nothing is withheld."""

    identity: Identity
    scopes: frozenset[str] | None

    def lacks(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Return the scopes of ``needed`` that the caller does not have, in the same order."""
        scopes = self.scopes
        return () if scopes is None else tuple(scope for scope in needed if scope not in scopes)


@dataclass(frozen=True)
class Reply:
    """The HTTP answer: status, JSON in UTF-8 (None: empty), and what was called, for the edge's log line."""

    status: int
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str | None = None
    name: str | None = None
