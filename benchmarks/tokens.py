"""A server whose store has many tokens, people among them who call, and what a sweep does to their calls."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import ours, people
from benchmarks.cases import SUM
from benchmarks.eras import MODERN
from benchmarks.filling import copy_grant, in_sqlite
from benchmarks.ground import Ground
from benchmarks.ours import Shape
from benchmarks.pace import histogram, latencies
from benchmarks.served import Served
from benchmarks.wrk import Request, request_for

_PEOPLE = 20
_EXPIRED = 50_000_000  # numbers of grants that are no other ones'
_SHORTEST = 5.0  # seconds


@dataclass(frozen=True)
class Filled:
    """A running server, and the tokens of people who call."""

    served: Served
    tokens: list[str]

    def request(self) -> Request:
        """Return a sum, asked by one after the other."""
        request = request_for(self.served, SUM, MODERN, 1)
        return replace(request, variants=[f"Authorization: Bearer {token}" for token in self.tokens])

    @property
    def store(self) -> Path:
        """Return the file of the store."""
        return self.served.program.folder / "state" / "oauth.db"


@contextmanager
def serving(tokens: int, ground: Ground) -> Iterator[Filled]:
    """Serve with so many tokens in the store."""
    with ours.serving(Shape("sqlite", 2, 4, fill=partial(_fill, tokens=tokens)), ground) as served:
        yield Filled(served, [people.sign_in(served.base).access_token for _ in range(_PEOPLE)])


def measure_sweep(filled: Filled, expired: int, seconds: float) -> Iterator[dict[str, Any]]:
    """Give the latencies of calls when nothing is swept, and while so many expired tokens are."""
    request, port = filled.request(), filled.served.port
    latencies(port, request, 1.0)
    yield {"what": "nothing is swept", "expired": 0, **_told(latencies(port, request, max(seconds, _SHORTEST)))}
    ended = int(time.time()) - 1
    copy_grant(partial(in_sqlite, filled.store), "sqlite", _template(filled.store), _expired(expired), ended)
    times, began = list[float](), time.monotonic()
    command = [sys.executable, "-m", "mxcp_flask.cli", "auth", "sweep"]
    environ = {**os.environ, **filled.served.program.environ}
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                times += latencies(port, request, max(seconds, _SHORTEST))
        finally:
            process.kill()
    taken = round(time.monotonic() - began, 1)
    yield {"what": "mxcp auth sweep", "expired": expired, "seconds": taken, **_told(times)}


def _told(times: list[float]) -> dict[str, Any]:
    ordered = sorted(times)
    return {
        "calls": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2),
        "p99_ms": round(ordered[len(ordered) * 99 // 100] * 1000, 2),
        "max_ms": round(ordered[-1] * 1000, 2),
        "histogram": histogram(ordered),
    }


def _fill(store: Path, tokens: int) -> None:
    grants = tokens // 2
    copy_grant(partial(in_sqlite, store), "sqlite", _template(store), range(1, grants))


def _template(store: Path) -> str:
    return str(in_sqlite(store, "SELECT id FROM grant_ ORDER BY created_at DESC LIMIT 1")[0][0])


def _expired(tokens: int) -> range:
    return range(_EXPIRED, _EXPIRED + tokens // 2)
