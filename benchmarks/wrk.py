"""Calls over HTTP, as many as the server answers, from a process that shares nothing with it."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.processes import cpu_of
from benchmarks.served import Served
from mxcp_flask.demo.client import DemoClient

_SCRIPT = Path(__file__).with_name("wrk.lua")
_THREADS = 2  # of wrk, which is far from using one core
_LATEST = 30  # seconds for one answer; later ones are errors
_PATIENCE = 60.0  # seconds beyond what was asked for


@dataclass(frozen=True)
class Case:
    """A request, in the modern era."""

    name: str
    method: str
    tool: str | None = None
    arguments: dict[str, Any] | None = None


CASES = (
    Case("tools/list", "tools/list"),
    Case("sum", "tools/call", "add", {"a": 3, "b": 4}),
    Case("20 rows", "tools/call", "rows", {"owner": 7}),
)


def drive(served: Served, client: DemoClient, case: Case, connections: int, seconds: float) -> dict[str, Any]:
    """Send ``case`` over so many connections for so long; return what came of it.

    Raises:
        RuntimeError: an answer was no success.

    """
    request = client.send(case.method, case.tool, case.arguments)
    if request.status_code != 200 or "result" not in request.json() or request.json()["result"].get("isError"):
        raise RuntimeError(f"{case.name} is not answered: {request.status_code} {request.text[:300]}")
    environ = {**os.environ, **_environ(request.request.headers, request.request.body)}
    before, before_database = cpu_of(served.pid), served.database_cpu()
    told = _run(f"{served.base}/mcp", connections, seconds, environ)
    used, used_by_database = cpu_of(served.pid) - before, served.database_cpu() - before_database
    if told["errors"]:
        raise RuntimeError(f"{told['errors']} of {told['requests']} answers to {case.name} were errors")
    return {
        "case": case.name,
        "connections": connections,
        "calls": told["requests"],
        "calls_per_second": round(told["requests"] / told["seconds"], 1),
        **{name: told[name] for name in ("p50_ms", "p95_ms", "p99_ms", "max_ms")},
        "cpu_us_per_call": round(used / told["requests"] * 1e6),
        "database_cpu_us_per_call": round(used_by_database / told["requests"] * 1e6),
    }


def _environ(headers: Any, body: Any) -> dict[str, str]:
    kept = {name: value for name, value in headers.items() if name not in {"Content-Length", "Connection"}}
    text = body.decode() if isinstance(body, bytes) else body
    return {"BENCHMARK_HEADERS": "\n".join(f"{k}: {v}" for k, v in kept.items()), "BENCHMARK_BODY": text}


def _run(url: str, connections: int, seconds: float, environ: dict[str, str]) -> dict[str, Any]:
    threads = min(_THREADS, connections)
    options = [f"-t{threads}", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", f"{_LATEST}s"]
    done = subprocess.run(
        ["wrk", *options, "--latency", "-s", str(_SCRIPT), url],
        env=environ,
        capture_output=True,
        text=True,
        timeout=seconds + _PATIENCE,
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
