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
from benchmarks.served import Served
from benchmarks.wrk import Request, drive, request_for

_PEOPLE = 20
_CONNECTIONS = 2  # so that no call waits for another one
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
    request = filled.request()
    drive(filled.served, request, _CONNECTIONS, 1.0)
    calm = drive(filled.served, request, _CONNECTIONS, max(seconds, _SHORTEST))
    yield {"what": "nothing is swept", "expired": 0, **calm}
    copy_grant(
        partial(in_sqlite, filled.store), "sqlite", _template(filled.store), _expired(expired), int(time.time()) - 1
    )
    sweep = [sys.executable, "-m", "mxcp_flask.cli", "auth", "sweep"]
    began = time.monotonic()
    process = subprocess.Popen(sweep, env={**os.environ, **filled.served.program.environ}, stdout=subprocess.DEVNULL)
    lines = []
    while process.poll() is None:
        lines.append(drive(filled.served, request, _CONNECTIONS, max(seconds, _SHORTEST)))
    taken = time.monotonic() - began
    counts = [sum(column) for column in zip(*(line["histogram"] for line in lines), strict=True)]
    worst = {name: max(line[name] for line in lines) for name in ("p50_ms", "p99_ms", "max_ms")}
    calls = sum(line["calls"] for line in lines)
    yield {
        "what": "mxcp auth sweep",
        "expired": expired,
        "seconds": round(taken, 1),
        "calls": calls,
        **worst,
        "histogram": counts,
    }


def _fill(store: Path, tokens: int) -> None:
    grants = tokens // 2
    copy_grant(partial(in_sqlite, store), "sqlite", _template(store), range(1, grants))


def _template(store: Path) -> str:
    return str(in_sqlite(store, "SELECT id FROM grant_ ORDER BY created_at DESC LIMIT 1")[0][0])


def _expired(tokens: int) -> range:
    return range(_EXPIRED, _EXPIRED + tokens // 2)
