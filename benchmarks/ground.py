"""What all servers are measured on: one folder with the project, its data and a file of tokens."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.peers.tokens import write_tokens
from benchmarks.served import PostgresServer
from mxcp_flask.digests import new_secret

_PROJECT = Path(__file__).with_name("project")


@dataclass(frozen=True)
class Ground:
    """The folder, the token that the file knows, and what makes an empty PostgreSQL database, if there is a server."""

    folder: Path
    token: str
    new_database: Callable[[], PostgresServer] | None = None
    starts: int = 1  # how often a server is started, to know how long that takes

    @property
    def project(self) -> Path:
        """Return the project that all servers read at the same time."""
        return self.folder / "project"

    @property
    def tokens(self) -> Path:
        """Return the file of tokens, for servers without a store of their own."""
        return self.folder / "tokens.db"

    def new_folder(self, name: str) -> Path:
        """Return a folder for what one server alone has, empty."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def copy_project(self, to: Path) -> Path:
        """Return a copy of the project, for a server that must have it alone."""
        return Path(shutil.copytree(self.project, to / "project"))


def lay(folder: Path, new_database: Callable[[], PostgresServer] | None = None) -> Ground:
    """Make it in ``folder``."""
    ground = Ground(folder, f"benchmark-{new_secret()}", new_database)
    shutil.copytree(_PROJECT, ground.project)
    statements = (ground.project / "data.sql").read_text(encoding="utf-8")
    with duckdb.connect(ground.project / "shop.duckdb") as connection:
        connection.execute(statements)
    write_tokens(ground.tokens, ground.token)
    return ground
