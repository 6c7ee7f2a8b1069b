"""Fixtures for the tests of the SQLite store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mxcp_flask.store import SqliteStore
from tests.store.database_file import KEYRING


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the place of a database in a folder that does not exist yet."""
    return tmp_path / "home" / "state" / "oauth.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """Give an empty store."""
    store = SqliteStore(path, KEYRING)
    yield store
    store.close()
