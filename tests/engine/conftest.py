"""Databases in a temporary folder, closed when the test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mxcp_flask.engine import Database, DatabaseSettings, Session
from mxcp_flask.records import ANONYMOUS, Identity

OpenDatabase = Callable[[DatabaseSettings], Database]

ANN = Identity("ann", "github", "ann@example.org", "gho_ann_0123456789abcdef")
BOB = Identity("bob", "atlassian", "bob@example.org", "eyJ_bob_0123456789abcdef")


@pytest.fixture
def open_database() -> Iterator[OpenDatabase]:
    """Make databases from settings."""
    opened: list[Database] = []

    def opener(settings: DatabaseSettings) -> Database:
        opened.append(Database(settings))
        return opened[-1]

    yield opener
    for database in opened:
        database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the test's database goes."""
    return tmp_path / "shop.duckdb"


@pytest.fixture
def database(open_database: OpenDatabase, path: Path) -> Database:
    """Return an empty read-write database, in which models may write."""
    return open_database(DatabaseSettings(path, model_may_write=True))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Return a session of nobody."""
    with database.session(ANONYMOUS) as opened:
        yield opened


@pytest.fixture
def ann(database: Database) -> Iterator[Session]:
    """Return a session of Ann's on the same database."""
    with database.session(ANN) as opened:
        yield opened


@pytest.fixture
def bob(database: Database) -> Iterator[Session]:
    """Return a session of Bob's on the same database."""
    with database.session(BOB) as opened:
        yield opened
