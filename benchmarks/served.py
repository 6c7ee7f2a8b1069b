"""A server that runs: how it is started, and what its processes take."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from benchmarks.processes import cpu_of, megabytes_of, tree
from mxcp_flask.demo import servers

_START = 60.0  # seconds
_STOP = 10.0


class NotStarted(Exception):
    """What a server said that ended, or was not ready in time."""


@dataclass(frozen=True)
class PostgresServer:
    """Where a database server takes connections, and its first process."""

    url: str = field(repr=False)
    pid: int


@dataclass(frozen=True)
class Program:
    """A command that serves HTTP at ``port`` of this machine."""

    command: Sequence[str | Path]
    environ: dict[str, str]
    folder: Path
    port: int

    @property
    def base(self) -> str:
        """Return where it serves."""
        return f"http://{servers.HOST}:{self.port}"


@dataclass(frozen=True)
class Served:
    """A running server, and a token that it takes."""

    program: Program
    pid: int
    start_seconds: float
    token: str = field(repr=False)
    database: PostgresServer | None = None

    @property
    def base(self) -> str:
        """Return where it serves."""
        return self.program.base

    @property
    def port(self) -> int:
        """Return the port."""
        return self.program.port

    @property
    def url(self) -> str:
        """Return where it takes calls."""
        return f"{self.base}/mcp"

    def database_cpu(self) -> float:
        """Return the seconds of CPU of the database server, 0 when there is none."""
        return cpu_of(self.database.pid) if self.database else 0.0

    def workers(self) -> list[int]:
        """Return the processes that answer: those below the first one, or that one when it is alone."""
        return [process.pid for process in tree(self.pid)[1:]] or [self.pid]

    def memory(self) -> dict[str, Any]:
        """Return megabytes: of a worker in memory and with what is shared divided, and of all processes together."""
        sizes = [megabytes_of(pid) for pid in self.workers()]
        return {
            "processes": len(sizes),
            "worker_rss_mb": round(sum(size[0] for size in sizes) / len(sizes), 1),
            "worker_pss_mb": round(sum(size[1] for size in sizes) / len(sizes), 1),
            "all_pss_mb": round(sum(megabytes_of(process.pid)[1] for process in tree(self.pid)), 1),
        }


@contextmanager
def running(program: Program, is_ready: Callable[[], bool]) -> Iterator[tuple[int, float]]:
    """Run ``program`` while the block lasts; give its process, and the seconds until ``is_ready``.

    Raises:
        NotStarted: it ended, or was not ready in time.

    """
    with tempfile.TemporaryFile("w+") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in program.command],
            env={**os.environ, **program.environ},
            cwd=program.folder,
            stdout=log,
            stderr=log,
        )
        try:
            while not _holds(is_ready):
                if process.poll() is not None or time.monotonic() > began + _START:
                    log.seek(0)
                    raise NotStarted(log.read()[-2000:])
                time.sleep(0.01)
            yield process.pid, time.monotonic() - began
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP)
    except subprocess.TimeoutExpired:  # peers wait for clients that have long gone
        process.kill()
        process.wait()


def _holds(is_ready: Callable[[], bool]) -> bool:
    with suppress(requests.RequestException):
        return is_ready()
    return False
