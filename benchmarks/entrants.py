"""The servers that are measured, each by the name that the result has."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import ours, upstream
from benchmarks.eras import LEGACY, MODERN
from benchmarks.ground import Ground
from benchmarks.ours import Shape
from benchmarks.served import Program, Served
from benchmarks.starting import serving
from benchmarks.venvs import python_with, versions_of
from mxcp_flask.demo import servers

ROOT = Path(__file__).resolve().parents[1]
OURS, LIMIT, UPSTREAM = "mxcp-flask", "limit", "mxcp 0.12.3"
_DUCKDB = "duckdb==2.0.1"


@dataclass(frozen=True)
class Entrant:
    """A server: its name, which eras it speaks, and how it is run."""

    name: str
    kind: str  # ours, limit, upstream or peer
    eras: tuple[str, ...]
    serving: Callable[[Ground], AbstractContextManager[Served]]
    versions: Callable[[], dict[str, str]] = dict

    @property
    def is_variant(self) -> bool:
        """Tell whether it is our server in another shape than it comes in."""
        return "," in self.name


def is_chosen(entrant: Entrant, words: list[str], more: bool) -> bool:
    """Tell whether the name has one of ``words``; without words, whether it is one of the servers as they come."""
    if words:
        return any(word in entrant.name for word in words)
    return more or not entrant.is_variant


def _with_file(command: Callable[[int], list[str | Path]], ground: Ground) -> AbstractContextManager[Served]:
    """Serve what takes the tokens of the file."""
    environ = {
        "MXCP_PROJECT": str(ground.project),
        "BENCHMARK_TOKENS": str(ground.tokens),
        "PYTHONPATH": str(ROOT),
        "FASTMCP_CHECK_FOR_UPDATES": "off",
    }
    port = servers.free_port()
    return serving(Program(command(port), environ, ground.folder, port), ground.token, MODERN, ground.starts)


def _limit(port: int) -> list[str | Path]:
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"{servers.HOST}:{port}", "benchmarks.limit:app"]
    team = ["--workers", "2", "--threads", "4", "--worker-class", "gthread"]
    return [*gunicorn, *team, "--keep-alive", "75", "--no-control-socket", "--log-level", "warning"]


def _peer(module: str, packages: tuple[str, ...], port: int) -> list[str | Path]:
    return [python_with(packages), "-m", f"benchmarks.peers.{module}", str(port)]


def _python_peer(name: str, module: str, *packages: str) -> Entrant:
    names = tuple(package.split("==")[0] for package in packages)
    return Entrant(
        name,
        "peer",
        (MODERN, LEGACY),
        partial(_with_file, partial(_peer, module, packages)),
        lambda: versions_of(python_with(packages), names),
    )


def _ours(shape: Shape, name: str) -> Entrant:
    return Entrant(name, "ours", (MODERN, LEGACY), partial(ours.serving, shape))


ALL = (
    _ours(Shape("sqlite", 2, 4), OURS),
    Entrant(LIMIT, "limit", (MODERN,), partial(_with_file, _limit)),
    Entrant(UPSTREAM, "upstream", (LEGACY,), upstream.serving, upstream.versions),
    _python_peer("FastMCP 4.1.6", "fastmcp_server", "fastmcp==4.1.6", _DUCKDB),
    _python_peer("MCP SDK 2.3", "sdk_server", "mcp==2.3.0", _DUCKDB),
    _ours(Shape("sqlite", 1, 8, readonly=False), f"{OURS}, read-write"),
    _ours(Shape("postgresql", 2, 4), f"{OURS}, PostgreSQL"),
)
