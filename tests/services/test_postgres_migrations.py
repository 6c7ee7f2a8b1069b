"""Tables of an older schema in PostgreSQL: brought forward whole, or left as they were."""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path

import pytest

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store import migrations
from mxcp_flask.store.postgres import PostgresStore, schema
from tests.contracts.store.samples import ACCESS, GRANT, NOW, issue, race
from tests.store.database_file import KEYRING
from tests.store.places import look

pytestmark = pytest.mark.services
TOMORROW = migrations.SCHEMA_VERSION + 1


@pytest.fixture
def old(url: str) -> str:
    """Give a database as today's version leaves it, with a grant and its tokens."""
    with closing(PostgresStore(url, KEYRING, 8)) as store:
        issue(store)
    return url


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the place of the script with which the next version would bring its tables forward."""
    for module in (migrations, schema):
        monkeypatch.setattr(module, "SCHEMA_VERSION", TOMORROW)
    monkeypatch.setattr(schema, "_FOLDER", tmp_path)
    return tmp_path / f"migration_{TOMORROW}.sql"


def version_of(url: str) -> int:
    """Return the schema that the database has."""
    [[version]] = look(url, "SELECT version FROM mxcp_schema")
    return int(version)


def open_and_close(url: str) -> None:
    """Start and end."""
    PostgresStore(url, KEYRING, 8).close()


def test_forward(old: str, script: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The tables are changed, what is in them stays, and the log says so once."""
    script.write_text("ALTER TABLE client ADD COLUMN note TEXT; ALTER TABLE client ADD COLUMN more TEXT")
    with caplog.at_level(logging.INFO, "mxcp.store"):
        race(lambda: open_and_close(old), racers=4)

    assert version_of(old) == TOMORROW
    assert caplog.text.count(f"was brought from schema {TOMORROW - 1} to {TOMORROW}") == 1
    with closing(PostgresStore(old, KEYRING, 8)) as store:
        assert store.find_token(ACCESS.token_hash, NOW) == (ACCESS, GRANT)


def test_failure_leaves_all_as_it_was(old: str, script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a statement of the way forward fails, those before it are undone, and today's version still serves."""
    script.write_text("ALTER TABLE client ADD COLUMN note TEXT; ALTER TABLE nowhere ADD COLUMN more TEXT")

    with pytest.raises(StoreNotUsable, match='relation "nowhere" does not exist'):
        open_and_close(old)
    monkeypatch.undo()
    assert version_of(old) == migrations.SCHEMA_VERSION
    assert look(old, "SELECT 1 FROM pg_attribute WHERE attname = 'note'") == []
    open_and_close(old)
