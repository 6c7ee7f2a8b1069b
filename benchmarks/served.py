"""The demo's project, with two tools more, under ``mxcp serve``, and a stand-in for GitHub beside it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from benchmarks.processes import cpu_of, megabytes_of, tree
from mxcp_flask.demo import loopback, sample, servers
from mxcp_flask.demo.identity_provider import create_identity_provider
from mxcp_flask.digests import new_secret
from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.records import ANONYMOUS

_PROJECT = Path(__file__).with_name("project")
_MANY = 1_000_000_000  # so that limits are counted and not met
_START = 60.0  # seconds


@dataclass(frozen=True)
class Shape:
    """How the project is served."""

    store: str  # as in persistence.type
    workers: int
    threads: int

    @property
    def facts(self) -> dict[str, Any]:
        """Return it for the result."""
        return {"store": self.store, "workers": self.workers, "threads": self.threads}


@dataclass(frozen=True)
class PostgresServer:
    """Where a database server takes connections, and its first process."""

    url: str = field(repr=False)
    pid: int


@dataclass(frozen=True)
class Served:
    """A running server."""

    base: str
    pid: int
    start_seconds: float
    database: PostgresServer | None

    def database_cpu(self) -> float:
        """Return the seconds of CPU of the database server, 0 when there is none."""
        return cpu_of(self.database.pid) if self.database else 0.0

    def memory(self) -> dict[str, float]:
        """Return the megabytes of a worker, on average: in memory, and with what is shared divided."""
        sizes = [megabytes_of(process.pid) for process in tree(self.pid)[1:]]
        return {
            "worker_rss_mb": round(sum(size[0] for size in sizes) / len(sizes), 1),
            "worker_pss_mb": round(sum(size[1] for size in sizes) / len(sizes), 1),
        }


@contextmanager
def serving(shape: Shape, database: PostgresServer | None) -> Iterator[Served]:
    """Serve the project while the block lasts."""
    port, secret = servers.free_port(), new_secret()
    callback = f"http://{servers.HOST}:{port}/github/callback"
    provider = create_identity_provider(client_id=servers.CLIENT_ID, client_secret=secret, callback_urls=[callback])
    with tempfile.TemporaryDirectory(prefix="mxcp-benchmark-") as name, servers.serve_app(provider) as provider_url:
        folder = Path(name)
        project = _unpack(folder / "project")
        config = _configure(folder, provider_url, database)
        environ = {"MXCP_PROJECT": str(project), "MXCP_CONFIG": str(config), "MXCP_DEMO_CLIENT_SECRET": secret}
        with _started(shape, port, environ) as (pid, seconds):
            yield Served(f"http://{servers.HOST}:{port}", pid, round(seconds, 2), database)


def _unpack(folder: Path) -> Path:
    sample.unpack(folder)
    shutil.copytree(_PROJECT / "tools", folder / "tools", dirs_exist_ok=True)
    settings = DatabaseSettings(path=folder / sample.DATABASE)
    with closing(Database(settings)) as database, database.session(ANONYMOUS) as session:
        session.run((_PROJECT / "measured.sql").read_text(encoding="utf-8"), {})
    return folder


def _configure(folder: Path, provider_url: str, database: PostgresServer | None) -> Path:
    path = servers.write_config(folder / "config.yml", provider_url, folder / "state" / "oauth.db")
    document = json.loads(path.read_text(encoding="utf-8"))
    auth = document["projects"]["demo"]["profiles"]["demo"]["auth"]
    if database:
        key = base64.b64encode(os.urandom(32)).decode()
        auth["persistence"] = {"type": "postgresql", "url": database.url, "encryption_keys": f"key1:{key}"}
    auth["limits"] = {"calls_per_person": _MANY, "calls_per_client": _MANY}
    auth["registration"] = {"rate_limit": _MANY, "total_limit": _MANY}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@contextmanager
def _started(shape: Shape, port: int, environ: dict[str, str]) -> Iterator[tuple[int, float]]:
    options = ["--host", servers.HOST, "--port", port, "--workers", shape.workers, "--threads", shape.threads]
    command = [sys.executable, "-m", "mxcp_flask.cli", "serve", *map(str, options)]
    with tempfile.TemporaryFile("w+") as log:
        began = time.monotonic()
        process = subprocess.Popen(command, env={**os.environ, **environ}, stdout=log, stderr=log)
        try:
            while not _is_ready(f"http://{servers.HOST}:{port}"):
                if process.poll() is not None or time.monotonic() > began + _START:
                    log.seek(0)
                    raise RuntimeError(f"the server is not ready: {log.read()}")
            yield process.pid, time.monotonic() - began
        finally:
            process.terminate()
            process.wait()


def _is_ready(base: str) -> bool:
    with suppress(requests.RequestException):
        return loopback.send("GET", f"{base}/ready", timeout=5).status_code == 200
    time.sleep(0.01)
    return False
