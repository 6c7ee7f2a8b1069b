"""mxcp-flask as it is installed, under ``mxcp serve``, with a stand-in for GitHub beside it."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import people, starting
from benchmarks.eras import MODERN
from benchmarks.ground import Ground
from benchmarks.served import NotStarted, PostgresServer, Program, Served, running
from mxcp_flask.demo import servers
from mxcp_flask.demo.identity_provider import create_identity_provider
from mxcp_flask.digests import new_secret

_TOOLS = 3  # of the project
_MANY = 1_000_000_000  # so that limits are counted and not met


def _leave(_: Path) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Shape:
    """How the project is served."""

    store: str  # as in persistence.type
    workers: int
    threads: int
    readonly: bool = True
    duckdb: tuple[tuple[str, Any], ...] = ()  # more of that section
    tools: int = _TOOLS
    fill: Callable[[Path], None] = _leave  # does something to the file of a SQLite store, while no server has it

    @property
    def is_own(self) -> bool:
        """Tell whether the project must not be the one that all share."""
        return not self.readonly or bool(self.duckdb) or self.tools > _TOOLS

    @property
    def facts(self) -> dict[str, Any]:
        """Return it for the result."""
        return {"store": self.store, "workers": self.workers, "threads": self.threads, "readonly": self.readonly}


@contextmanager
def serving(shape: Shape, ground: Ground) -> Iterator[Served]:
    """Serve the project while the block lasts, to somebody who has signed in. Raises NotStarted."""
    database = _new_database(ground) if shape.store == "postgresql" else None
    port, secret = servers.free_port(), new_secret()
    callback = f"http://{servers.HOST}:{port}/github/callback"
    provider = create_identity_provider(client_id=servers.CLIENT_ID, client_secret=secret, callback_urls=[callback])
    folder = ground.new_folder(f"ours-{port}")
    with servers.serve_app(provider) as provider_url:
        project = _own(shape, ground, folder) if shape.is_own else ground.project
        config = _configure(folder, provider_url, database)
        environ = {"MXCP_PROJECT": str(project), "MXCP_CONFIG": str(config), "MXCP_DEMO_CLIENT_SECRET": secret}
        program = Program(_command(shape, port), environ, folder, port)
        with running(program, lambda: starting.is_there(program)):
            token = people.sign_in(program.base).access_token
        shape.fill(folder / "state" / "oauth.db")
        with starting.serving(program, token, MODERN, ground.starts) as served:
            yield replace(served, database=database)


def _new_database(ground: Ground) -> PostgresServer:
    if ground.new_database is None:
        raise NotStarted("PostgreSQL's programs are not there")
    return ground.new_database()


def _command(shape: Shape, port: int) -> list[str]:
    options = ["--host", servers.HOST, "--port", port, "--workers", shape.workers, "--threads", shape.threads]
    return [sys.executable, "-m", "mxcp_flask.cli", "serve", *map(str, options)]


def _own(shape: Shape, ground: Ground, folder: Path) -> Path:
    """Return a copy of the project that is as ``shape`` says."""
    project = ground.copy_project(folder)
    section = {"path": "shop.duckdb", "readonly": shape.readonly, **dict(shape.duckdb)}
    profiles = {"demo": {"duckdb": section}}
    site = {"mxcp": 1, "project": "demo", "profile": "demo", "sql_tools": {"enabled": False}, "profiles": profiles}
    (project / "mxcp-site.yml").write_text(json.dumps(site), encoding="utf-8")
    for number in range(_TOOLS, shape.tools):
        tool = {
            "name": f"sum_{number}",
            "description": f"Adds two numbers and {number}",
            "parameters": [{"name": name, "type": "integer", "description": "A number"} for name in ("a", "b")],
            "return": {"type": "integer"},
            "source": {"code": f"SELECT $a + $b + {number} AS total"},
        }
        (project / "tools" / f"sum_{number}.yml").write_text(json.dumps({"mxcp": 1, "tool": tool}), encoding="utf-8")
    return project


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
