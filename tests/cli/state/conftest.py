"""A project whose state is in a file, and a place for copies of it."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest

from tests.support.clock import Clock
from tests.support.site import Site, github_auth

OLD, NEW = (f"{name}:{base64.b64encode(name.encode() * 32).decode()}" for name in "on")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return the place of the state."""
    return tmp_path / "state" / "oauth.db"


@pytest.fixture
def site(site: Site, database: Path) -> Site:
    """Return the project with state in a file, and a key file beside it."""
    configure(site, database)
    return site


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the server: the commands have the real time."""
    return Clock(time.time())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the place of the backup, in a folder of its own."""
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder / "state.db"


def configure(site: Site, database: Path, keys: str | None = None) -> None:
    """Configure ``keys``, or a key file."""
    persistence = {"type": "sqlite", "path": str(database), **({"encryption_keys": keys} if keys else {})}
    site.configure(github_auth(persistence=persistence))


def names_in(folder: Path) -> set[str]:
    """Return the names of what is in ``folder``."""
    return {each.name for each in folder.iterdir()}
