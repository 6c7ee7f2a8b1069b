"""From the figures of one machine to those of many: arithmetic, with what it assumes."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

Result = dict[str, Any]

CORES = 8  # of each server
BUSY = 0.5  # of a core, so that there is room for the next minute, and for a server that fails
CALLS = 2.0  # of a person in a busy minute
REFRESHES = 10  # of a person and day, each of which leaves a row for the life of a grant, 30 days
SIGN_IN_HOURS = 4  # in which everybody signs in who does so that day
CONNECTIONS = 4  # of each worker: as many as it has threads
_LISTS = ("calls", "people", "stores")
_KINDS = ("refresh", "sign-in")


@dataclass(frozen=True)
class Costs:
    """Seconds of CPU of what a server and its PostgreSQL do."""

    call: float
    call_at_database: float
    refresh_at_database: float
    sign_in_at_database: float
    count_at_database: float
    bytes_per_token: float


@dataclass(frozen=True)
class Fleet:
    """So many servers at half load."""

    servers: int
    costs: Costs

    @property
    def calls(self) -> float:
        """Calls a second."""
        return self.servers * CORES * BUSY / self.costs.call

    @property
    def people(self) -> float:
        """People who are busy at the same time."""
        return self.calls * 60 / CALLS

    @property
    def sign_ins(self) -> float:
        """Sign-ins a second, when everybody signs in once in a day's first hours."""
        return self.people / (SIGN_IN_HOURS * 3600)

    @property
    def refreshes(self) -> float:
        """Refreshes a second: one for each hour of an access token."""
        return self.people / 3600

    @property
    def database_cores(self) -> float:
        """Cores of PostgreSQL, half busy: a look-up for each call, and what else it writes."""
        costs = self.costs
        used = self.calls * costs.call_at_database + self.people / 60 * costs.count_at_database
        used += self.refreshes * costs.refresh_at_database + self.sign_ins * costs.sign_in_at_database
        return used / BUSY

    @property
    def connections(self) -> int:
        """Connections that the servers open at most."""
        return self.servers * CORES * CONNECTIONS

    @property
    def gigabytes(self) -> float:
        """What the store takes."""
        return self.people * REFRESHES * 30 * self.costs.bytes_per_token / 1e9


def costs_of(result: Result) -> Costs:
    """Return what the result says of PostgreSQL and calls of 20 rows: medians, as single lines are noisy."""
    shared = {name: [line for line in result[name] if line["store"] == "postgresql"] for name in _LISTS}
    calls = [line for line in shared["calls"] if line["case"] == "20 rows"]
    refreshes, sign_ins = ([line for line in shared["people"] if line["kind"] == kind] for kind in _KINDS)
    largest = max(shared["stores"], key=lambda line: line["tokens"])
    return Costs(
        _median(calls, "cpu_us"),
        _median(calls, "database_cpu_us"),
        _median(refreshes, "database_cpu_us"),
        _median(sign_ins, "database_cpu_us"),
        largest["count"]["cpu_us"] / 1e6,
        largest["bytes"] / largest["tokens"],
    )


def _median(lines: list[dict[str, Any]], name: str) -> float:
    """Return seconds."""
    return median(float(line[name]) for line in lines) / 1e6
