"""Make a database ready: one that keeps what is committed, of our schema, and readable with our keys."""

from __future__ import annotations

import logging
from pathlib import Path

from psycopg.errors import DuplicateTable

from mxcp_flask.errors import StoreNotUsable, StoreSchemaNewer
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.migrations import SCHEMA_VERSION, scripts
from mxcp_flask.store.postgres.connections import Connections
from mxcp_flask.store.postgres.session import PostgresSession
from mxcp_flask.store.sql.database import one
from mxcp_flask.store.sql.keys import require_keys

log = logging.getLogger("mxcp.store")

_FOLDER = Path(__file__).parent
_OLDEST = 13
_LOCK = 0x6D786370  # a number that no other program is likely to lock
_PATIENTLY = "SET LOCAL lock_timeout = '30s'; SET LOCAL statement_timeout = '120s'"
# Read from the catalogue: a name that was looked up in vain stays unknown to the transaction.
_FIND_TABLE = "SELECT 1 FROM pg_class WHERE relname = 'mxcp_schema' AND pg_table_is_visible(oid)"
_FIND_VERSION = "SELECT version FROM mxcp_schema"
_KEY_ID = "split_part({}, ':', 1)"


def prepare_database(connections: Connections, keyring: Keyring) -> None:
    """Create the tables, or check those that are there, in one transaction. Of servers that start at once one does it.

    Leaves no connection open, so that a server may fork afterwards.

    Raises:
        StoreNotUsable: the database cannot be reached, read or written, or has tables of another program.
        StoreSchemaNewer: a later version wrote it.
        StoreKeyWrong: its values were sealed with keys that ``keyring`` lacks.

    """
    try:
        with connections.write() as session:
            _require_server(session, connections.place)
            session.connection.execute(_PATIENTLY)
            _require_schema(session, connections.place)
            require_keys(session, keyring, connections.place, _KEY_ID)
    finally:
        connections.close()


def _require_server(session: PostgresSession, place: str) -> None:
    info = session.connection.info
    encoding = info.parameter_status("server_encoding")
    [[commit]] = session.execute("SELECT current_setting('synchronous_commit')", {})
    if info.server_version < _OLDEST * 10_000:
        reason = f"it needs PostgreSQL {_OLDEST} or newer, and its server has {info.server_version // 10_000}"
    elif encoding != "UTF8":
        reason = f"its encoding is {encoding}. Create one with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0"
    elif commit == "off":
        reason = (
            "a crash of its server could bring revoked grants back. Run: ALTER ROLE ... SET synchronous_commit = on"
        )
    else:
        return
    raise StoreNotUsable(path=place, reason=reason)


def _require_schema(session: PostgresSession, place: str) -> None:
    if _version(session) != SCHEMA_VERSION:
        session.execute("SELECT pg_advisory_xact_lock(:key)", {"key": _LOCK})
        _migrate(session, place)


def _migrate(session: PostgresSession, place: str) -> None:
    found = _version(session)  # again: another server may have been faster
    if found > SCHEMA_VERSION:
        raise StoreSchemaNewer(path=place, found=found, known=SCHEMA_VERSION)
    if found == SCHEMA_VERSION:
        return
    for script in scripts(_FOLDER, found):
        _run(session, script, place)
    session.execute("UPDATE mxcp_schema SET version = :version", {"version": SCHEMA_VERSION})
    if found:
        log.info("the OAuth database %s was brought from schema %d to %d", place, found, SCHEMA_VERSION)


def _version(session: PostgresSession) -> int:
    row = one(session, _FIND_VERSION, {}) if one(session, _FIND_TABLE, {}) else None
    return int(row["version"]) if row else 0


def _run(session: PostgresSession, script: Path, place: str) -> None:
    try:
        session.connection.execute(script.read_bytes())
    except DuplicateTable as error:
        reason = "it has tables of another program. Create a database for mxcp alone (CREATE DATABASE mxcp)"
        raise StoreNotUsable(path=place, reason=reason) from error
