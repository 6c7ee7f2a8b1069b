"""What calls feel of it when expired tokens are swept: by the server itself, and by an operator's command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.filling import copy_grant, in_sqlite
from benchmarks.pace import histogram, latencies
from benchmarks.tokens import Filled, template_of
from mxcp_flask.demo import loopback

_EXPIRED = 40_000_000  # numbers of grants that are no other ones'
_ROWS_OF_A_GRANT = 3  # itself and two tokens
_SHORTEST = 5.0  # seconds


def measure(filled: Filled, expired: int, seconds: float) -> Iterator[dict[str, Any]]:
    """Give the latencies of calls when nothing is swept, and while each of the two sweeps so many expired rows."""
    request, port = filled.request(), filled.served.port
    call = partial(latencies, port, request)
    call(1.0)
    yield {"what": "nothing is swept", "rows": 0, **_told(call(max(seconds, _SHORTEST)))}
    _expire(filled, expired, _EXPIRED)
    yield {"what": "the server sweeps", "rows": expired, **_told(_while_the_server_sweeps(filled, call))}
    _expire(filled, expired, 2 * _EXPIRED)  # of the first ones the grants are still there
    yield {"what": "mxcp auth sweep", "rows": expired, **_told(_while_a_command_sweeps(filled, call))}


def _while_the_server_sweeps(filled: Filled, call: Callable[[float], list[float]]) -> list[float]:
    """Let it begin anew whenever it pauses, until nothing is left."""
    times = list[float]()
    while _count_expired(filled):
        in_sqlite(filled.store, "DELETE FROM lease")
        loopback.send("POST", f"{filled.served.base}/token", data={"grant_type": "refresh_token"})
        times += call(_SHORTEST)
    return times


def _while_a_command_sweeps(filled: Filled, call: Callable[[float], list[float]]) -> list[float]:
    times, command = list[float](), [sys.executable, "-m", "mxcp_flask.cli", "auth", "sweep"]
    environ = {**os.environ, **filled.served.program.environ}
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            while process.poll() is None:
                times += call(_SHORTEST)
        finally:
            process.kill()
    return times


def _expire(filled: Filled, rows: int, first: int) -> None:
    """Add so many rows that have just expired, with grants whose numbers begin with ``first``."""
    numbers = range(first, first + rows // _ROWS_OF_A_GRANT)
    copy_grant(partial(in_sqlite, filled.store), "sqlite", template_of(filled.store), numbers, int(time.time()) - 1)
    # Nobody signs in so often at once: no call is to pay for the log that this has left.
    in_sqlite(filled.store, "PRAGMA wal_checkpoint(TRUNCATE)")


def _count_expired(filled: Filled) -> int:
    query = f"SELECT count(*) FROM token WHERE expires_at <= {int(time.time())}"
    return int(in_sqlite(filled.store, query)[0][0])


def _told(times: list[float]) -> dict[str, Any]:
    ordered = sorted(times)
    return {
        "calls": len(ordered),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 2),
        "p99_ms": round(ordered[len(ordered) * 99 // 100] * 1000, 2),
        "max_ms": round(ordered[-1] * 1000, 2),
        "histogram": histogram(ordered),
    }
