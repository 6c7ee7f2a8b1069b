"""A read-only database that is replaced while it is open: another file is put in its place, or a link is turned."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from mxcp_flask.engine.literals import quote
from mxcp_flask.engine.settings import DatabaseSettings
from mxcp_flask.errors import DatabaseNotUsable

FileIdentity = tuple[int, int]  # device and inode: the same name may lead to another file


def identity_of(path: Path) -> FileIdentity | None:
    """Return which file ``path`` leads to, or None when to none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_readable(settings: DatabaseSettings) -> None:
    """Open the file that lies at the path now, beside the one that is open.

    Raises:
        DatabaseNotUsable: it cannot be opened; the one before had better stay.

    """
    try:
        with closing(duckdb.connect(":memory:")) as connection:
            connection.execute(f"ATTACH {quote(str(settings.path))} AS next (READ_ONLY)")
            connection.execute("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'next'").fetchall()
    except duckdb.Error as error:
        raise DatabaseNotUsable(path=settings.path, reason=str(error).splitlines()[0].rstrip(".")) from error
