"""Fixtures for the tests beside real services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.services.stage import Stage
from tests.support import live
from tests.support.postgres import Postgres


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
