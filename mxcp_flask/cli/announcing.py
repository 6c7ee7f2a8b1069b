"""What ``mxcp serve`` says when it starts: lines of a name and a value, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mxcp_flask.cli.counting import counted, counts
from mxcp_flask.cli.reached import base_of, callback_of
from mxcp_flask.cli.workers import Workers
from mxcp_flask.config import Settings
from mxcp_flask.endpoints.catalogue import Catalogue

_ASKS_WHO = re.compile(r"\bget_user\w+\s*\(", re.IGNORECASE)


def announcement(settings: Settings, team: Workers, catalogue: Catalogue, *, moved: bool) -> Iterator[str]:
    """Give the lines. Those with a value are for scripts too: ``MCP URL:  http://localhost:8000/mcp``.

    ``moved`` tells that flags name another address than the configuration, where others would look for it.
    """
    for name, value in _facts(settings, team, catalogue).items():
        if value is not None:
            yield f"{name + ':':<10}{value}"
    yield ""
    yield from _unanswered(settings, catalogue)
    url = f"{base_of(settings.transport)}/mcp"
    if "<" in url:
        yield "Next: set base_url (transport.http) to the proxy's URL, and add the MCP URL to a client."
        return
    yield from next_steps(settings.project, url, moved=moved, signs_in=settings.auth.provider != "none")


def next_steps(
    project: str, url: str, *, moved: bool, signs_in: bool = True, person: str | None = None
) -> Iterator[str]:
    """Give the commands that use the server at ``url``; ``person`` is one whom ``mxcp auth login --as`` can be."""
    yield f"Next, in another terminal, {'anywhere' if moved else 'in this project'}:"
    if moved:
        yield f"  export MXCP_URL={url}"
    if signs_in:
        without = f"; where there is none, add --as {person}" if person else ""
        yield f"  mxcp auth login    signs you in, in the browser{without}"
    yield "  mxcp call          lists the tools; mxcp call TOOL -p NAME=VALUE calls one"
    name = re.sub(r"[^\w-]+", "-", project, flags=re.ASCII).strip("-") or "mxcp"
    yield f"  claude mcp add --transport http {name} {url}"


def _facts(settings: Settings, team: Workers, catalogue: Catalogue) -> dict[str, str | None]:
    state = settings.auth.persistence.place if settings.auth.persistence else "memory, gone when the server stops"
    broken = len({fault.path for fault in catalogue.faults})
    return {
        "Project": f"{settings.project}, profile {settings.profile}",
        "Serves": counts(catalogue) + (f"; left out: {counted('broken file', broken)}" if broken else ""),
        "Database": f"{settings.duckdb.path}{' (read-only)' if settings.duckdb.readonly else ''}",
        "Sign-in": settings.auth.provider,
        "State": state if settings.auth.provider != "none" else "none is kept",
        "Log": str(settings.logging.path or "standard error"),
        "Metrics": settings.metrics.path if settings.metrics.enabled else None,
        "Workers": f"{team.processes} with {team.threads} threads each",
        "MCP URL": f"{base_of(settings.transport)}/mcp",
        "Callback": callback_of(settings),
    }


def _unanswered(settings: Settings, catalogue: Catalogue) -> Iterator[str]:
    """Say which endpoints ask who is signed in, where nobody can be."""
    endpoints = (*catalogue.tools.values(), *catalogue.resources.values())
    asking = [endpoint.key for endpoint in endpoints if _ASKS_WHO.search(endpoint.sql)]
    if settings.auth.provider != "none" or not asking:
        return
    more = f" and {len(asking) - 3} more" if len(asking) > 3 else ""
    yield f"Nobody signs in here, so get_username() is empty, which {', '.join(asking[:3])}{more} would need."
    yield "`mxcp demo .` lets invented people sign in; an auth section in ~/.mxcp/config.yml lets real ones."
    yield ""
