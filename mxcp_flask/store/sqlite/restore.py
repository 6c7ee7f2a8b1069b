"""A backup brought back, in the place of the database, while nobody uses that.

What was revoked or used up since the backup would live again. What was on its way, sign-ins and codes, is therefore not
brought back, and ``revoke_all`` ends all grants.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from mxcp_flask.errors import BackupNotUsable, StoreKeyWrong, StoreNotUsable
from mxcp_flask.folder_locks import alone_in
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.faults import faults_told
from mxcp_flask.store.key_files import key_file_of
from mxcp_flask.store.migrations import migrate, schema_version
from mxcp_flask.store.private_files import (
    give_to_owner_of,
    make_private_folder,
    new_private_file,
    write_private_file,
)
from mxcp_flask.store.rows import SEALED_COLUMNS
from mxcp_flask.store.sqlite.copies import Contents, contents_of, fault_of, opened_read_only, require_opens
from mxcp_flask.store.sqlite.swapping import swap

# What works once must not work again, and what was counted or leased then is over.
_FORGET = (
    "DELETE FROM pending_authorization",
    "DELETE FROM authorization_code WHERE used_at IS NULL",
    "DELETE FROM lease",
    "DELETE FROM tally",
    "UPDATE grant_ SET leased_until = NULL",
)
_REVOKE = "UPDATE grant_ SET revoked_at = :now, provider_token = NULL WHERE revoked_at IS NULL"


@dataclass(frozen=True)
class Restored:
    """What the backup held, and where the database from before is now, if there was one."""

    contents: Contents
    before: Path | None


def restore(file: Path, database: Path, keyring: Keyring | None, now: int, *, revoke_all: bool) -> Restored:
    """Put what is in ``file`` in the place of ``database``, whole or not at all; what was there is kept beside it.

    Without a ``keyring`` the key file is used. The backup's own key file, if it is beside it, takes the place of one
    that is gone, and opens what the keys here do not open, which is then sealed anew with them.

    Raises:
        BackupNotUsable: it cannot be read, is damaged, or is no backup of ours.
        StoreSchemaNewer: a later version wrote it.
        StoreKeyWrong: it was sealed with keys that are not there.
        StoreInUse: a process has the database open.
        StoreNotUsable: the database's folder cannot be written.

    """
    with faults_told(database):
        make_private_folder(database.parent)
        with alone_in(database.parent):
            part = new_private_file(database)
            try:
                contents = _prepared(part, file, keyring or _key_file_ring(file, database), now, revoke_all=revoke_all)
                if keyring is None:
                    _keep_key_file(file, database)
                stamp = datetime.fromtimestamp(now, timezone.utc).strftime("%Y%m%dT%H%M%SZ")
                return Restored(contents, swap(part, database, f"before-{stamp}"))
            finally:
                with suppress(FileNotFoundError):
                    part.unlink()


def _key_file_ring(file: Path, database: Path) -> Keyring:
    if key_file_of(database).exists():
        return Keyring.beside(database)
    if key_file_of(file).exists():
        return Keyring.read(key_file_of(file), file)
    reason = f"there is neither {key_file_of(database)} nor {key_file_of(file)}. Put the key file back"
    raise StoreKeyWrong(path=file, reason=reason)


def _keep_key_file(file: Path, database: Path) -> None:
    key_file = key_file_of(database)
    if not key_file.exists():
        write_private_file(key_file, key_file_of(file).read_text(encoding="utf-8"))
        give_to_owner_of(database if database.exists() else database.parent, key_file)


def _prepared(part: Path, file: Path, keyring: Keyring, now: int, *, revoke_all: bool) -> Contents:
    """Copy ``file`` to ``part`` and make that ready to be used; return what it holds."""
    if not file.is_file():
        raise BackupNotUsable(path=file, reason="there is no such file")
    try:
        _copy(file, part)
        return _made_ready(part, file, keyring, now, revoke_all=revoke_all)
    except StoreNotUsable as error:
        raise BackupNotUsable(path=file, reason=error.facts["reason"]) from error
    except sqlite3.Error as error:
        raise BackupNotUsable(path=file, reason=str(error)) from error


def _copy(file: Path, part: Path) -> None:
    with opened_read_only(file) as backup:
        if schema_version(backup, file) == 0:
            raise BackupNotUsable(path=file, reason="it is empty")
        fault = fault_of(backup)
        if fault:
            raise BackupNotUsable(path=file, reason=fault)
        backup.execute("VACUUM INTO ?", (str(part.absolute()),))


def _made_ready(part: Path, file: Path, keyring: Keyring, now: int, *, revoke_all: bool) -> Contents:
    with closing(sqlite3.connect(part, isolation_level=None)) as copy:
        migrate(copy, file)
        with copy:
            copy.execute("BEGIN IMMEDIATE")
            contents = contents_of(copy, now)
            for statement in [*_FORGET, _REVOKE] if revoke_all else _FORGET:
                copy.execute(statement, {"now": now})
            _seal_for(copy, file, keyring)
        copy.execute("PRAGMA journal_mode = WAL").fetchall()
    return contents


def _seal_for(copy: sqlite3.Connection, file: Path, keyring: Keyring) -> None:
    try:
        require_opens(copy, keyring, file)
    except StoreKeyWrong:
        if not key_file_of(file).exists():
            raise
        _reseal(copy, file, Keyring.read(key_file_of(file), file), keyring)


def _reseal(copy: sqlite3.Connection, file: Path, old: Keyring, new: Keyring) -> None:
    for column in SEALED_COLUMNS:
        select = f"SELECT {column.key}, {column.name} FROM {column.table} WHERE {column.name} IS NOT NULL"  # noqa: S608
        update = f"UPDATE {column.table} SET {column.name} = ? WHERE {column.key} = ?"  # noqa: S608 - names of ours only
        for key, sealed in copy.execute(select).fetchall():
            place = column.place(key)
            copy.execute(update, (new.seal(old.open(sealed, place, file), place), key))
