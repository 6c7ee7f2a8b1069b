"""What the calls should be in proportion to other servers', and whether they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.eras import MODERN
from benchmarks.figures import Field, Figure

CONNECTIONS = 32
OURS = "mxcp-flask"
UPSTREAM, FASTMCP, SDK, LIMIT = "mxcp 0.12.3", "FastMCP 4.1.6", "MCP SDK 2.3", "limit"
NEEDED = {
    "sum": {UPSTREAM: 12.0, FASTMCP: 4.0, SDK: 2.0, LIMIT: 0.7},
    "20 rows": {UPSTREAM: 10.0, FASTMCP: 3.0, SDK: 2.0, LIMIT: 0.7},
    "tools/list": {UPSTREAM: 10.0, FASTMCP: 5.0, SDK: 2.0, LIMIT: 0.7},
}


@dataclass(frozen=True)
class Verdict:
    """One demand: of which case, against whom, what was needed and what came out."""

    case: str
    what: str
    needed: float
    measured: float | None
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Tell whether it is; what was not measured is not."""
        if self.measured is None:
            return False
        return self.measured <= self.needed if self.at_most else self.measured >= self.needed


def verdicts_of(fields: list[Field]) -> Iterator[Verdict]:
    """Give a verdict for each demand: our server in the modern era, the others in whichever they are faster in."""
    for field in fields:
        ours = [f for f in field.figures if (f.server, f.era) == (OURS, MODERN)]
        if field.connections == CONNECTIONS and field.case in NEEDED and ours:
            yield from _against(field, ours[0])


def _against(field: Field, ours: Figure) -> Iterator[Verdict]:
    for server, needed in NEEDED[field.case].items():
        other = field.best(server=server)
        ratio = ours.rate / other.rate if other and ours.rate else None
        yield Verdict(field.case, f"calls/s ÷ those of {server}", needed, ratio)
    for server in (UPSTREAM, FASTMCP):
        other = field.best(server=server)
        if other and ours.rate:
            bound, own = other.medians["p50_ms"], ours.medians["p99_ms"]
            yield Verdict(field.case, f"p99 ms, below p50 of {server}", bound, own, at_most=True)
