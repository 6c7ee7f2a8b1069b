"""Fixtures for the tests beside real services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.services.stage import Stage
from tests.support import live
from tests.support.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give a PostgreSQL server, which all tests share: none may stop it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def url(postgres: Postgres) -> str:
    """Give the URL of an empty database."""
    return postgres.new_database()


@pytest.fixture(params=["read-only", "read-write"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    """Give a project whose people can sign in, with either kind of database."""
    front = servers.free_port()
    with live.stand_in(front) as provider_url:
        yield Stage(tmp_path, request.param, provider_url, front)
