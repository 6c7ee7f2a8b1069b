"""The schema of a database file: made in an empty one, and brought forward in an older one, in one transaction.

``schema.sql`` is the schema of today; ``migration_<n>.sql`` leads from version ``n - 1`` to ``n``. A change of it
needs both, and raises ``SCHEMA_VERSION``.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from mxcp_flask.errors import StoreNotUsable, StoreSchemaNewer

SCHEMA_VERSION = 2

_FOLDER = Path(__file__).parent
log = logging.getLogger("mxcp.store")


def schema_version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the schema of the database at ``path``, which is 0 when it is empty.

    Raises:
        StoreSchemaNewer: a later version wrote it.
        StoreNotUsable: it belongs to another program.

    """
    # In this order: another process makes the tables and the version at once, so tables without a version are not ours.
    has_tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] > 0
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > SCHEMA_VERSION:
        raise StoreSchemaNewer(path=path, found=found, known=SCHEMA_VERSION)
    if has_tables and found == 0:
        raise StoreNotUsable(path=path, reason="it belongs to another program")
    return found


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the database to ``SCHEMA_VERSION``, whole or not at all. Processes that start at once may all call this.

    Raises what ``schema_version`` raises, and sqlite3.Error.
    """
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        found = schema_version(connection, path)  # again: another process may have been faster
        for script in scripts(_FOLDER, found):
            for statement in _statements(script.read_text(encoding="utf-8")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    if 0 < found < SCHEMA_VERSION:
        log.info("the OAuth database %s was brought from schema %d to %d", path, found, SCHEMA_VERSION)


def scripts(folder: Path, found: int) -> list[Path]:
    """Return the scripts of ``folder`` that lead from the schema ``found`` to ``SCHEMA_VERSION``."""
    if found == 0:
        return [folder / "schema.sql"]
    return [folder / f"migration_{version}.sql" for version in range(found + 1, SCHEMA_VERSION + 1)]


def _statements(script: str) -> Iterator[str]:
    # One by one, because sqlite3's executescript() commits before it begins.
    statement = ""
    for part in script.split(";")[:-1]:
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
