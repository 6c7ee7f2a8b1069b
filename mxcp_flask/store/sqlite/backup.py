"""A copy of the database, made while servers use it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mxcp_flask.errors import BackupFailed
from mxcp_flask.store.crypto import Keyring
from mxcp_flask.store.faults import faults_told
from mxcp_flask.store.key_files import key_file_of
from mxcp_flask.store.migrations import schema_version
from mxcp_flask.store.opening import open_file
from mxcp_flask.store.private_files import new_private_file, publish, replace_private_file
from mxcp_flask.store.sqlite.copies import Contents, contents_of, fault_of, opened_read_only, require_opens

_TICK = 10_000  # instructions of SQLite between two calls of ``tick``: about a millisecond
Tick = Callable[[], None]


def back_up(
    database: Path, keyring: Keyring, file: Path, now: int, *, key: bool, replace: bool, tick: Tick = lambda: None
) -> Contents:
    """Write a checked copy of ``database`` to ``file``, with ``key`` also its key file, and return what is in it.

    The copy is of one moment. Nobody waits for it, and nobody ever sees a part of it at ``file``. ``tick`` is called
    now and then while it is made.

    Raises:
        BackupFailed: it cannot be written, or there is a file and ``replace`` is False.
        StoreError: the database cannot be read, or ``keyring`` does not open it.

    """
    _refuse_own_files(database, file)
    for each in [file, key_file_of(file)] if key else [file]:
        if each.exists() and not replace:
            raise BackupFailed(path=each, reason="it exists. Name another file, or write over it with --force")
    try:
        return _written(database, keyring, file, now, tick, key=key, replace=replace)
    except OSError as error:
        raise BackupFailed(path=file, reason=f"{error.strerror} ({error.filename})") from error


def _written(
    database: Path, keyring: Keyring, file: Path, now: int, tick: Tick, *, key: bool, replace: bool
) -> Contents:
    part = new_private_file(file)
    try:
        _copy(database, part, file, tick)
        contents = _checked(part, keyring, file, now, tick)
        if key:  # read after the copy, because keys are only ever added
            replace_private_file(key_file_of(file), key_file_of(database).read_text(encoding="utf-8"))
        publish(part, file, replace=replace)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    return contents


def _copy(database: Path, part: Path, file: Path, tick: Tick) -> None:
    with faults_told(database):
        source = open_file(database, None)
        try:
            schema_version(source, database)
            source.set_progress_handler(tick, _TICK)
            _vacuum_into(source, part, file)
        finally:
            source.close()


def _vacuum_into(source: sqlite3.Connection, part: Path, file: Path) -> None:
    try:
        source.execute("VACUUM INTO ?", (str(part.absolute()),))
    except sqlite3.OperationalError as error:  # what is wrong with the source is another one
        raise BackupFailed(path=file, reason=str(error)) from error


def _checked(part: Path, keyring: Keyring, file: Path, now: int, tick: Tick) -> Contents:
    try:
        with opened_read_only(part) as copy:
            copy.set_progress_handler(tick, _TICK)
            fault = fault_of(copy)
            if fault:
                raise BackupFailed(path=file, reason=fault)
            require_opens(copy, keyring, file)
            return contents_of(copy, now)
    except sqlite3.Error as error:
        raise BackupFailed(path=file, reason=str(error)) from error


def _refuse_own_files(database: Path, file: Path) -> None:
    own = [
        database,
        key_file_of(database),
        *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm", "-queue")),
    ]
    if file.resolve() in [each.resolve() for each in own]:
        raise BackupFailed(path=file, reason="it belongs to the database itself")
    if not file.parent.is_dir():
        raise BackupFailed(path=file, reason=f"there is no folder {file.parent}")
    if os.path.lexists(file) and not file.is_file():
        raise BackupFailed(path=file, reason="it is not a regular file")
