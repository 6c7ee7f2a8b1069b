"""The file that holds the keys of a database, beside it."""

from __future__ import annotations

import base64
import os
import re
from pathlib import Path

from mxcp_flask.errors import StoreKeyWrong, StoreNotUsable
from mxcp_flask.folder_locks import alone_in
from mxcp_flask.store.private_files import (
    find_exposure,
    make_private_folder,
    replace_private_file,
    write_private_file,
)

KEY_BYTES = 32
_NUMBER = re.compile(r"\bkey([0-9]{1,9}):")  # in the ids that we give


def key_file_of(database: Path) -> Path:
    """Return where the key file of ``database`` is, or of its backup."""
    return database.with_name(f"{database.name}.key")


def read_or_create(file: Path, database: Path) -> str:
    """Return the text of the key file ``file`` of ``database``, which is made when there is no database yet either.

    Raises:
        StoreKeyWrong: the database has data and the key file is missing.
        StoreNotUsable: others may read it.
        OSError: it cannot be read or created.

    """
    # Asked first: a process that starts beside this one writes the key before the database.
    has_data = database.exists() and database.stat().st_size > 0
    if not file.exists():
        if has_data:
            raise StoreKeyWrong(
                path=database,
                reason=f"its key file {file} is missing. Put it back, or restore a backup that was made --with-key",
            )
        _create(file)
    exposure = find_exposure(file)
    if exposure:
        raise StoreNotUsable(path=database, reason=f"its key file {file} is not private: {exposure}")
    return file.read_text(encoding="utf-8", errors="replace").strip()


def _create(file: Path) -> None:
    make_private_folder(file.parent)
    write_private_file(file, f"{_new_entry('key1')}\n")


def with_new_key(file: Path) -> str:
    """Put a new key before those in ``file``, with a number above all of theirs, and return the file's new text."""
    with alone_in(file.parent):  # or of two new keys at once, one would be lost with all that it sealed
        text = file.read_text(encoding="utf-8").strip()
        number = 1 + max(map(int, _NUMBER.findall(text)), default=0)
        renewed = f"{_new_entry(f'key{number}')},{text}"
        replace_private_file(file, f"{renewed}\n")
    return renewed


def _new_entry(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(os.urandom(KEY_BYTES)).decode('ascii')}"
