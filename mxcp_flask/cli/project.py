"""What the commands share: which project, which profile, and what a flag changes in the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from mxcp_flask.config import Settings, find_project, load_settings
from mxcp_flask.engine import Database


def read_settings(profile: str | None = None) -> Settings:
    """Return the settings of the project at ``$MXCP_PROJECT``, else around the working directory.

    Raises:
        ConfigurationError: there is no project, or its configuration is at fault.

    """
    start = os.environ.get("MXCP_PROJECT") or str(Path.cwd())
    return load_settings(find_project(Path(start)), os.environ, profile=profile)


def with_flags(
    settings: Settings, *, host: str | None, port: int | None, readonly: bool, sql_tools: bool | None
) -> Settings:
    """Return ``settings`` with what the flags say in place of what the files say; None and False change nothing."""
    asked: dict[str, Any] = {"host": host, "port": port}
    given = {name: value for name, value in asked.items() if value is not None}
    return replace(
        settings,
        transport=replace(settings.transport, **given),
        duckdb=replace(settings.duckdb, readonly=settings.duckdb.readonly or readonly),
        sql_tools=settings.sql_tools if sql_tools is None else replace(settings.sql_tools, enabled=sql_tools),
    )


def with_readonly(settings: Settings, *, readonly: bool) -> Settings:
    """Return ``settings`` with the database read-only when that is asked for; what the files say stays."""
    return with_flags(settings, host=None, port=None, readonly=readonly, sql_tools=None)


def enter(settings: Settings) -> None:
    """Make the project folder this process's own, where relative paths in SQL start; it stays the same project."""
    os.environ["MXCP_PROJECT"] = str(settings.project_dir)
    if "MXCP_CONFIG" in os.environ:
        os.environ["MXCP_CONFIG"] = str(settings.user_file)
    os.chdir(settings.project_dir)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Give the project's database. Meanwhile relative paths, those in SQL too, are relative to the project folder."""
    before = Path.cwd()
    os.chdir(settings.project_dir)
    try:
        with closing(Database(settings.duckdb)) as database:
            yield database
    finally:
        os.chdir(before)
