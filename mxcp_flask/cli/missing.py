"""Which tables a project's SQL names though they are not there: what lint, doctor and a server at its start tell."""

from __future__ import annotations

import logging
from contextlib import suppress
from itertools import islice

from mxcp_flask.cli.output import warn
from mxcp_flask.config import Settings
from mxcp_flask.endpoints.catalogue import Catalogue
from mxcp_flask.endpoints.lint import Lint
from mxcp_flask.endpoints.lint_tables import lint_tables
from mxcp_flask.engine import missing_tables
from mxcp_flask.errors import DatabaseHeld, DatabaseNotUsable

A_FEW = 5  # warnings; mxcp lint has all
_LOOKED_AT = 100  # endpoints, before a server listens: each takes up to a millisecond
log = logging.getLogger("mxcp.serve")


def tables_missing(
    settings: Settings, catalogue: Catalogue, *, looked_at: int | None = None, told: int | None = None
) -> list[Lint]:
    """Return a warning for each table that the endpoints lack; of so many endpoints, and so many warnings, at most.

    Raises DatabaseNotUsable when that cannot be found out.
    """
    endpoints = (*catalogue.tools.values(), *catalogue.resources.values(), *catalogue.prompts.values())
    first = islice(sorted(endpoints, key=lambda each: each.path), looked_at)
    with missing_tables(settings.duckdb) as find:
        return list(islice(lint_tables(first, find), told))


def tables_missing_if_seen(settings: Settings, catalogue: Catalogue) -> list[Lint]:
    """Return the warnings, or say on standard error why they cannot be had, such as for a database that is in use."""
    try:
        return tables_missing(settings, catalogue)
    except DatabaseNotUsable as error:
        reason = "another process has the database open" if isinstance(error, DatabaseHeld) else str(error)
        warn(f"whether the SQL's tables are there was not looked at: {reason}")
        return []


def log_missing(settings: Settings, catalogue: Catalogue) -> None:
    """Log a few of the warnings. A database that cannot be opened is told of elsewhere."""
    with suppress(DatabaseNotUsable):
        for each in tables_missing(settings, catalogue, looked_at=_LOOKED_AT, told=A_FEW):
            log.warning("%s: %s: %s. %s", each.path, each.location, each.message, each.suggestion)
