"""Make a database file ready: private, in write-ahead mode, of our schema, and readable with our keys."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.folder_locks import alone_in
from mxcp_flask.store.connections import Connections
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.faults import faults_told
from mxcp_flask.store.migrations import SCHEMA_VERSION, migrate, schema_version
from mxcp_flask.store.opening import BUSY_TIMEOUT
from mxcp_flask.store.private_files import create_private_file, find_exposure, make_private_folder
from mxcp_flask.store.sql.keys import require_keys

_OLDEST_SQLITE = (3, 37, 0)  # STRICT tables; RETURNING needs 3.35
_RETRY_AFTER = 0.02  # seconds
_KEY_ID = "substr({0}, 1, instr({0}, ':') - 1)"


def prepare_database(connections: Connections, keyring: Keyring) -> None:
    """Create the database, or check the existing one. Leaves no connection open, so that a server may fork afterwards.

    Raises:
        StoreNotUsable: it cannot be created, read or written, it is no database of ours, or others may read it.
        StoreSchemaNewer: a later version wrote it.
        StoreKeyWrong: its values were sealed with keys that ``keyring`` lacks.

    """
    path = connections.path
    _require_sqlite(path)
    with faults_told(path):
        make_private_folder(path.parent)
        with alone_in(path.parent):  # or a restore could put its file under a log that this one begins
            _require_private_file(path)
            _make_ready(connections, keyring)


def _make_ready(connections: Connections, keyring: Keyring) -> None:
    try:
        with connections.read() as connection:
            _require_schema(connection, connections.path)
        with connections.write() as connection:
            require_keys(connection, keyring, connections.path, _KEY_ID)
        connections.schema = SCHEMA_VERSION
    finally:
        connections.close()


def _require_sqlite(path: Path) -> None:
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        reason = f"it needs SQLite 3.37 or newer, and this Python has {sqlite3.sqlite_version}"
        raise StoreNotUsable(path=path, reason=reason)


def _require_private_file(path: Path) -> None:
    create_private_file(path)
    exposure = find_exposure(path)
    if exposure:
        raise StoreNotUsable(path=path, reason=exposure)


def _require_schema(connection: sqlite3.Connection, path: Path) -> None:
    found = schema_version(connection, path)
    _use_write_ahead_log(connection)
    if found < SCHEMA_VERSION:
        migrate(connection, path)


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # Kept in the file. Of processes that switch at once, some are refused without SQLite's own waiting.
    deadline = time.monotonic() + BUSY_TIMEOUT
    while not _switched(connection, last_try=time.monotonic() > deadline):
        time.sleep(_RETRY_AFTER)


def _switched(connection: sqlite3.Connection, *, last_try: bool) -> bool:
    try:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
    except sqlite3.OperationalError as error:
        if last_try or "locked" not in str(error):
            raise
        return False
    return True
