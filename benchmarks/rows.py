"""Large results: how long they take, and how much more memory the worker has while it makes one."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import cases, eras, ours
from benchmarks.ground import Ground
from benchmarks.ours import Shape
from benchmarks.processes import megabytes_of, peak_megabytes_of
from benchmarks.served import Served
from benchmarks.wrk import WrongAnswer
from mxcp_flask.demo import servers

_LIMITS = (("max_rows", 10_000_000), ("max_bytes", 10_000_000_000), ("timeout", 600))
_PIECE = 1 << 20
_RESET_PEAK = "5"  # proc(5), clear_refs
_MOST = 600.0  # seconds


def measure(sizes: Sequence[int], ground: Ground) -> Iterator[dict[str, Any]]:
    """Give a line for each of ``sizes`` rows, asked for over one connection with nothing else to do."""
    with ours.serving(Shape("sqlite", 1, 1, duckdb=_LIMITS), ground) as served:
        _read(served, sizes[0])
        for top in sizes:
            [pid] = served.workers()
            Path(f"/proc/{pid}/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
            before, began = megabytes_of(pid)[0], time.monotonic()
            size = _read(served, top)
            taken = time.monotonic() - began
            grown = peak_megabytes_of(pid) - before
            yield {
                "rows": top,
                "seconds": round(taken, 3),
                "answer_mb": round(size / 1e6, 2),
                "grown_mb": round(grown, 1),
            }


def _read(served: Served, top: int) -> int:
    """Read the answer in pieces, keep only its end, and return its length. Raises WrongAnswer."""
    case = cases.mixed_of(top)
    own, body = eras.request_of(case.method, case.params, eras.MODERN)
    connection = http.client.HTTPConnection(servers.HOST, served.port, timeout=_MOST)
    connection.request("POST", "/mcp", body, eras.headers_of(served.token, eras.MODERN) | own)
    answer = connection.getresponse()
    size, end = 0, b""
    while piece := answer.read(_PIECE):
        size, end = size + len(piece), (end + piece)[-_PIECE:]
    connection.close()
    if answer.status != 200 or f"entry number {top - 1}".encode() not in end:
        raise WrongAnswer(f"{answer.status} {end[-300:]!r}")
    return size
