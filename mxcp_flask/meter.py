"""What the server counts, as its parts report it; who keeps the numbers is not their business.

No report takes a person's identity or a client's words: names are those of our code and of the endpoint files.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

Kind = Literal["tool", "resource", "prompt", ""]
Called = Literal["ok", "error", "asked", "refused", "failed", "abandoned"]
"""How a call ended: with a result; with an error of the endpoint's that the model reads; with a question to the client;
refused; with a failure of the server's; or nobody waited for its end."""
Ran = Literal["ok", "failed", "late", "cancelled", "stopping"]
"""How a statement ended: the last three were interrupted."""


RAN: tuple[Ran, ...] = get_args(Ran)


class Meter:
    """Counts nothing. ``metrics`` has one that counts."""

    #: Whether it counts at all.
    is_counting: bool = False
    #: Whether several processes can count together.
    is_shared: bool = True

    def called(self, method: str, kind: Kind, name: str, outcome: Called, seconds: float) -> None:
        """Report a request of MCP: ``method`` and ``name`` are known ones, else empty."""

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Report an HTTP request: ``route`` as it was declared, empty when none fitted."""

    def refused(self, reason: str) -> None:
        """Report a request that was refused: the name of our error's class, or the error code of RFC 6749."""

    def failed(self, reason: str) -> None:
        """Report a request that could not be answered, by the name of the error's class."""

    def expect(self, provider: str, outcomes: Iterable[str], grant_types: Iterable[str], events: Iterable[str]) -> None:
        """Begin to count what may happen, as 0: of a count that is not there, nobody can see its first change."""

    def happened(self, event: str) -> None:
        """Report an event of the audit."""

    def signed_in(self, provider: str, outcome: str) -> None:
        """Report a sign-in that ended: completed, declined, refused, or failed."""

    def issued(self, grant_type: str) -> None:
        """Report tokens that were issued."""

    def stored(self, operation: str, seconds: float, *, failed: bool) -> None:
        """Report an operation of the store, by its method's name."""

    def connected(self, used: int, idle: int) -> None:
        """Report how many connections to the store this process uses now, and how many it keeps."""

    def began(self) -> None:
        """Report a statement that begins."""

    def ended(self, outcome: Ran, seconds: float) -> None:
        """Report that it ended."""

    def exposition(self) -> tuple[str, bytes]:
        """Return the media type and the text of all that was counted, by all processes of this server."""
        return "text/plain", b""
