"""How many processes and threads may serve a project, and why not more."""

from __future__ import annotations

import os
from dataclasses import dataclass

from mxcp_flask.config import Settings
from mxcp_flask.errors import DatabaseShared, InMemoryStateShared

_MOST_WORKERS = 4


@dataclass(frozen=True)
class Workers:
    """``processes`` gunicorn workers, each with ``threads`` threads."""

    processes: int
    threads: int


def choose(settings: Settings, processes: int | None, threads: int | None) -> Workers:
    """Return what was asked for, or the most that makes sense: one process where something cannot be shared.

    Raises:
        DatabaseShared: several processes were asked for, but a read-write DuckDB file belongs to one.
        InMemoryStateShared: several processes were asked for, but the OAuth state is in one's memory.

    """
    if processes is None:
        alone = not settings.duckdb.readonly or _in_memory(settings)
        processes = 1 if alone else min(os.cpu_count() or 1, _MOST_WORKERS)
    check(settings, processes)
    return Workers(processes, threads or (8 if processes == 1 else 4))


def check(settings: Settings, processes: int) -> None:
    """Raise what ``choose`` raises when ``processes`` cannot share the project."""
    if processes > 1 and _in_memory(settings):
        raise InMemoryStateShared(workers=processes)
    if processes > 1 and not settings.duckdb.readonly:
        raise DatabaseShared(workers=processes)


def _in_memory(settings: Settings) -> bool:
    return settings.auth.provider != "none" and settings.auth.persistence is None
