"""Calls over HTTP, as many as the server answers, from a process that shares nothing with it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import eras
from benchmarks.cases import Case
from benchmarks.processes import connections_of, cpu_of
from benchmarks.served import Served

_SCRIPT = Path(__file__).with_name("wrk.lua")
_THREADS = 2  # of wrk, which is far from using one core
_LATEST = 30  # seconds for one answer; later ones are errors
_PATIENCE = 60.0  # seconds beyond what was asked for


class WrongAnswer(Exception):
    """An answer that is not what was asked for."""


@dataclass(frozen=True)
class Request:
    """What is sent, and the answer that is right."""

    url: str
    headers: dict[str, str]
    body: str
    variants: list[str]  # headers in which requests differ
    expected: str

    def write(self, folder: Path) -> None:
        """Write what wrk.lua reads."""
        headers = "".join(f"{key}: {value}\n" for key, value in self.headers.items())
        parts = {"headers": headers, "body": self.body, "variants": "\n".join(self.variants), "expected": self.expected}
        for name, text in parts.items():
            (folder / name).write_bytes(text.encode())


def request_for(served: Served, case: Case, era: str, connections: int) -> Request:
    """Ask twice, see that the answer is right, and return what is to be asked again and again.

    Raises:
        WrongAnswer: it is not right, or another one the second time.

    """
    own, body = eras.request_of(case.method, case.params, era)
    headers = eras.headers_of(served.token, era) | own
    begun = [eras.begin(served.url, served.token) for _ in range(connections if era == eras.LEGACY else 0)]
    sessions = [session for session in begun if session]
    known = eras.session_header(sessions[0] if sessions else None)
    first, second = (eras.send(served.url, headers | known, body) for _ in range(2))
    if first.status_code != 200 or first.text != second.text or not _is_right(case, first.text):
        raise WrongAnswer(f"{case.name}: {first.status_code} {first.text[:300]}")
    variants = [f"Mcp-Session-Id: {session}" for session in sessions]
    return Request(served.url, headers, body, variants, first.text)


def _is_right(case: Case, text: str) -> bool:
    with suppress(ValueError, LookupError, TypeError):
        return case.is_right(eras.result_of(text))
    return False


def drive(served: Served, request: Request, connections: int, seconds: float) -> dict[str, Any]:
    """Send ``request`` over so many connections for so long; return what came of it.

    Raises:
        WrongAnswer: not every answer was the right one.

    """
    before, before_database = cpu_of(served.pid), served.database_cpu()
    with loading(request, connections, seconds) as wrk:
        time.sleep(seconds / 2)
        spread = [connections_of(pid, served.port) for pid in served.workers()]
        output, _ = wrk.communicate(timeout=seconds + _PATIENCE)
    used, used_by_database = cpu_of(served.pid) - before, served.database_cpu() - before_database
    told = json.loads(output.splitlines()[-1])
    if told["errors"] or told["wrong"] or not told["requests"]:
        raise WrongAnswer(f"of {told['requests']} answers {told['wrong']} were wrong, {told['errors']} never came")
    return {
        "calls": told["requests"],
        "calls_per_second": round(told["requests"] / told["seconds"], 1),
        **{name: told[name] for name in ("p50_ms", "p95_ms", "p99_ms", "max_ms")},
        "cpu_us": round(used / told["requests"] * 1e6),
        "cores": round(used / told["seconds"], 2),
        "database_cpu_us": round(used_by_database / told["requests"] * 1e6),
        "bytes": len(request.expected),
        "spread": spread,
    }


@contextmanager
def loading(request: Request, connections: int, seconds: float) -> Iterator[subprocess.Popen[str]]:
    """Run wrk, which ends after so many seconds, or at SIGINT; its last line is JSON."""
    options = [f"-t{min(_THREADS, connections)}", f"-c{connections}", f"-d{max(1, round(seconds))}s"]
    command = ["wrk", *options, "--timeout", f"{_LATEST}s", "--latency", "-s", str(_SCRIPT), request.url]
    with tempfile.TemporaryDirectory(prefix="mxcp-benchmark-") as name:
        request.write(Path(name))
        environ = {**os.environ, "BENCHMARK_REQUEST": name}
        with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as process:
            yield process
