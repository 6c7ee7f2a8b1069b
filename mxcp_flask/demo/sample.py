"""The sample project, ready to be served."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from mxcp_flask.engine import Database, DatabaseSettings
from mxcp_flask.records import ANONYMOUS

PROJECT = Path(__file__).parent / "project"
DATABASE = "observatory.duckdb"


def unpack(folder: Path) -> Path:
    """Copy the sample project into ``folder``, build its DuckDB file there, and return ``folder``.

    Doing it again puts the files and the data back as they were.

    Raises:
        DatabaseNotUsable: the DuckDB file cannot be written, for example because a server has it open.

    """
    shutil.copytree(PROJECT, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
    seed = (folder / "seed.sql").read_text(encoding="utf-8")
    with (
        closing(Database(DatabaseSettings(path=folder / DATABASE))) as database,
        database.session(ANONYMOUS) as session,
    ):
        session.run(seed, {})
    return folder
