"""How many processes and threads may serve a project."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from mxcp_flask.cli import workers
from mxcp_flask.cli.workers import Workers
from mxcp_flask.config import Settings
from mxcp_flask.errors import DatabaseShared, InMemoryStateShared, MxcpError
from tests.support.site import Site, github_auth

SQLITE = github_auth(persistence={"type": "sqlite", "path": "state/oauth.db"})
NONE = {"provider": "none"}


def settings_of(site: Site, auth: dict[str, object], *, readonly: bool) -> Settings:
    """Return the project's settings with this auth section, the database read-only or not."""
    site.configure(auth)
    settings = site.settings()
    return replace(settings, duckdb=replace(settings.duckdb, readonly=readonly))


@pytest.mark.parametrize(
    ("auth", "readonly"), [(github_auth(), False), (github_auth(), True), (SQLITE, False), (NONE, False)]
)
def test_what_cannot_be_shared_is_served_by_one_process(site: Site, auth: dict[str, object], readonly: bool) -> None:
    """Without being asked for more, one process with eight threads must serve it."""
    assert workers.choose(settings_of(site, auth, readonly=readonly), None, None) == Workers(1, 8)


@pytest.mark.parametrize("auth", [SQLITE, NONE])
@pytest.mark.parametrize(("cpus", "expected"), [(1, Workers(1, 8)), (2, Workers(2, 4)), (64, Workers(4, 4))])
def test_what_can_be_shared_is_served_by_a_process_for_each_cpu(
    site: Site, monkeypatch: pytest.MonkeyPatch, auth: dict[str, object], cpus: int, expected: Workers
) -> None:
    """A read-only database with state in SQLite, or no state, must use the machine, up to four processes."""
    monkeypatch.setattr(os, "cpu_count", lambda: cpus)

    assert workers.choose(settings_of(site, auth, readonly=True), None, None) == expected


@pytest.mark.parametrize(
    ("processes", "threads", "expected"),
    [(3, None, Workers(3, 4)), (3, 2, Workers(3, 2)), (1, 16, Workers(1, 16)), (9, 1, Workers(9, 1))],
)
def test_what_was_asked_for_is_taken(site: Site, processes: int, threads: int | None, expected: Workers) -> None:
    """Numbers that the person gives must not be changed."""
    assert workers.choose(settings_of(site, SQLITE, readonly=True), processes, threads) == expected


@pytest.mark.parametrize(
    ("auth", "readonly", "error"),
    [
        (github_auth(), True, InMemoryStateShared),
        (github_auth(), False, InMemoryStateShared),
        (SQLITE, False, DatabaseShared),
        (NONE, False, DatabaseShared),
    ],
)
def test_what_cannot_be_shared_is_refused(
    site: Site, auth: dict[str, object], readonly: bool, error: type[MxcpError]
) -> None:
    """Two processes must be refused for what only one can have, however the number came about."""
    settings = settings_of(site, auth, readonly=readonly)

    with pytest.raises(error, match="2 worker processes"):
        workers.choose(settings, 2, None)
    with pytest.raises(error, match="2 worker processes"):
        workers.check(settings, 2)


def test_one_process_is_never_refused(site: Site) -> None:
    """One process must be allowed to have state in memory and a read-write database."""
    settings = settings_of(site, github_auth(), readonly=False)

    assert workers.choose(settings, 1, 4) == Workers(1, 4)


@pytest.mark.parametrize(
    ("error", "ways_out"),
    [
        (InMemoryStateShared, ["persistence: {type: sqlite}", "one worker process"]),
        (DatabaseShared, ["one worker process with threads", "readonly: true", "--readonly"]),
    ],
)
def test_a_refusal_has_the_ways_out(error: type[MxcpError], ways_out: list[str]) -> None:
    """Each message must say everything that can be done."""
    message = str(error(workers=2)).lower()

    assert [way for way in ways_out if way not in message] == []
