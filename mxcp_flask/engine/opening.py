"""Opens a database file and closes the sandbox around it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

import duckdb
from duckdb.func import FunctionNullHandling

from mxcp_flask.engine.downloads import SCHEME, Downloads
from mxcp_flask.engine.fetching import fetch
from mxcp_flask.engine.literals import quote
from mxcp_flask.engine.preparing import create_secrets, load_extensions
from mxcp_flask.engine.readers import FETCH
from mxcp_flask.engine.settings import DatabaseSettings
from mxcp_flask.engine.spilling import spill_folder
from mxcp_flask.engine.visible import Look
from mxcp_flask.errors import DatabaseHeld, DatabaseNotUsable

_HELD = (
    "another process, such as mxcp serve or mxcp demo, holds it. Stop that one, or open it read-only everywhere "
    "(readonly: true in the duckdb section of the profile in mxcp-site.yml, or --readonly), which any number of "
    "processes can share. A server that writes is one worker process with threads"
)
RETRY_AFTER = 5  # seconds
_PROCESS = re.compile(r"\(PID ([1-9]\d*)\)")  # 0 is one that this process cannot see, such as the host's of a container
_OPEN_HERE = "this process has it open already; close that database first"


def open_sandboxed(settings: DatabaseSettings, downloads: Downloads, processes: int = 1) -> duckdb.DuckDBPyConnection:
    """Open the database, creating it unless it is read-only, load what it needs, and lock its configuration.

    ``processes`` are how many open it, and share this machine's cores.

    Raises:
        DatabaseHeld: another process has it open.
        DatabaseNotUsable: it cannot be opened; the reason is one short sentence.

    """
    _refuse_unusable_path(settings)
    connection = None
    try:
        connection = duckdb.connect(settings.path, read_only=settings.readonly, config=_config(settings, processes))
        _let_readers_fetch(connection, downloads)
        load_extensions(connection, settings.extensions)
        create_secrets(connection, settings.secrets)
        _close_sandbox(connection, settings)
    except (duckdb.Error, ValueError) as error:
        if connection is not None:
            connection.close()
        raise _refusal(settings, error) from error
    return connection


def open_blind(settings: DatabaseSettings) -> duckdb.DuckDBPyConnection:
    """Open the database, or an empty one where there is none, to look at its tables: read-only, without any file.

    Raises what ``open_sandboxed`` raises.
    """
    is_there = settings.path.exists()
    connection = None
    try:
        connection = duckdb.connect(
            settings.path if is_there else ":memory:", read_only=is_there, config=_config(settings, 1)
        )
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except (duckdb.Error, ValueError) as error:
        if connection is not None:
            connection.close()
        raise _refusal(settings, error) from error
    return connection


def is_broken(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether DuckDB refuses all work after an error of its own, such as a checkpoint on a full disk."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1").fetchall()
    except duckdb.FatalException:
        return True
    except duckdb.Error:  # it was closed meanwhile
        return False
    return False


def _refuse_unusable_path(settings: DatabaseSettings) -> None:
    try:
        problem = _path_problem(settings)
    except OSError as error:
        problem = f"{error.strerror}: {error.filename}"
    if problem:
        raise DatabaseNotUsable(path=settings.path, reason=problem)


def _path_problem(settings: DatabaseSettings) -> str | None:
    """Return why the path cannot be a database's, having made its folder when the database may be created there."""
    if settings.path.is_dir():
        return "it is a directory"
    if settings.readonly:
        return None if settings.path.exists() else "it does not exist, and read-only does not create it"
    settings.path.parent.mkdir(parents=True, exist_ok=True)
    return None


def _config(settings: DatabaseSettings, processes: int) -> dict[str, str | bool | int | float | list[str]]:
    """Return what must hold while the file is being opened already: a foreign file would load its extension."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_persistent_secrets": False,  # those in the home folder of whoever runs the server
        # What is spilled lies in a folder that DuckDB leaves open to all SQL. The cipher keeps one request from reading
        # what another one spilled; DuckDB calls its built-in one unsafe because of its source of random numbers.
        "temp_file_encryption": True,
        "force_mbedtls_unsafe": True,
    }
    if settings.memory_limit is not None:
        config["memory_limit"] = settings.memory_limit
    if settings.threads is not None or processes > 1:
        config["threads"] = settings.threads or _share_of_cores(processes)
    return config


def _share_of_cores(processes: int) -> int:
    """Return a process's threads: more than the cores there are would only wake each other up."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores // processes)


def _let_readers_fetch(connection: duckdb.DuckDBPyConnection, downloads: Downloads) -> None:
    """Register what SQL needs to read over HTTP; ``null_handling`` lets a reader go without headers."""
    connection.register_filesystem(downloads)
    connection.create_function(
        FETCH, fetch, ["VARCHAR", "MAP(VARCHAR, VARCHAR)"], "VARCHAR", null_handling=FunctionNullHandling.SPECIAL
    )


def _listed(paths: Iterable[str]) -> str:
    return ", ".join(quote(path) for path in paths)


def _close_sandbox(connection: duckdb.DuckDBPyConnection, settings: DatabaseSettings) -> None:
    """Shut out the file system but for the allowed folders; the order of the settings matters.

    The folder for spilling is named first: it stays open to DuckDB. Processes that share a read-only file get one each.
    From DuckDB 2 the lock keeps logging off too, which would show one session the statements of another one.
    """
    if settings.readonly:
        connection.execute(f"SET temp_directory = {quote(str(spill_folder(settings.path, os.getpid())))}")
    visible = Look(settings.protected).at(settings.folders)
    connection.execute(f"SET allowed_directories = [{_listed((SCHEME, *visible.folders))}]")
    connection.execute(f"SET allowed_paths = [{_listed(visible.files)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _refusal(settings: DatabaseSettings, error: Exception) -> DatabaseNotUsable:
    if "Could not set lock on file" in str(error):
        process = _PROCESS.search(str(error))
        holder = int(process[1]) if process else None
        return DatabaseHeld(path=settings.path, reason=_HELD, retry_after=RETRY_AFTER, holder=holder)
    return DatabaseNotUsable(path=settings.path, reason=_reason(error))


def _reason(error: Exception) -> str:
    text = str(error)
    if (
        "already been registered" in text
        or f'"{FETCH}" already exists' in text
        or "has been locked" in text
        or "different configuration" in text
    ):
        return _OPEN_HERE
    if "existing extension" in text or "not a valid DuckDB" in text:  # the former of an SQLite file
        return "it is not a DuckDB database"
    return text.splitlines()[0].rstrip(".") if text else type(error).__name__
