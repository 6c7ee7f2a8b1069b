"""A meter that remembers what was reported to it."""

from __future__ import annotations

from typing import Any

from mxcp_flask.meter import Called, Kind, Meter, Ran


class Recording(Meter):
    """Keeps reports, without their seconds, which must not be negative."""

    is_counting = True

    def __init__(self) -> None:
        self.calls: list[tuple[str, Kind, str, Called]] = []
        self.requests: list[tuple[str, str, int]] = []
        self.refusals: list[str] = []
        self.failures: list[str] = []
        self.events: list[str] = []
        self.sign_ins: list[tuple[str, str]] = []
        self.tokens: list[str] = []
        self.operations: list[tuple[str, bool]] = []
        self.connections: list[tuple[int, int]] = []
        self.statements: list[str] = []

    def called(self, method: str, kind: Kind, name: str, outcome: Called, seconds: float) -> None:
        """Keep it."""
        assert seconds >= 0
        self.calls.append((method, kind, name, outcome))

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Keep it."""
        assert seconds >= 0
        self.requests.append((route, method, status))

    def refused(self, reason: str) -> None:
        """Keep it."""
        self.refusals.append(reason)

    def failed(self, reason: str) -> None:
        """Keep it."""
        self.failures.append(reason)

    def happened(self, event: str) -> None:
        """Keep it."""
        self.events.append(event)

    def signed_in(self, provider: str, outcome: str) -> None:
        """Keep it."""
        self.sign_ins.append((provider, outcome))

    def issued(self, grant_type: str) -> None:
        """Keep it."""
        self.tokens.append(grant_type)

    def stored(self, operation: str, seconds: float, *, failed: bool) -> None:
        """Keep it."""
        assert seconds >= 0
        self.operations.append((operation, failed))

    def connected(self, used: int, idle: int) -> None:
        """Keep it."""
        self.connections.append((used, idle))

    def began(self) -> None:
        """Keep it."""
        self.statements.append("began")

    def ended(self, outcome: Ran, seconds: float) -> None:
        """Keep it."""
        assert seconds >= 0
        self.statements.append(outcome)


def report_everything(meter: Meter) -> Any:
    """Report one of each."""
    meter.called("tools/call", "tool", "whoami", "ok", 0.2)
    meter.answered("/mcp", "POST", 200, 0.3)
    meter.refused("TokenMissing")
    meter.failed("StoreNotUsable")
    meter.happened("code_replayed")
    meter.signed_in("github", "completed")
    meter.issued("refresh_token")
    meter.stored("find_token", 0.004, failed=True)
    meter.connected(3, 2)
    meter.began()
    meter.ended("late", 30.0)
    meter.began()
