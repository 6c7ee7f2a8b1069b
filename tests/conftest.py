"""Fixtures for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, has_app_context, has_request_context

from tests.support.clock import Clock
from tests.support.github import github
from tests.support.live import sqlite
from tests.support.postgres import Postgres, persistence, running_postgres
from tests.support.site import Site, github_auth
from tests.support.visitor import Visitor


@pytest.fixture(autouse=True)
def _no_leaked_context() -> Iterator[None]:
    """Fail a test that leaves a Flask context open, or this process in another folder."""
    before = Path.cwd()
    yield
    assert Path.cwd() == before
    assert not has_app_context()
    assert not has_request_context()


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give a PostgreSQL server, which all tests share: none may stop it."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """Return a project whose people sign in with GitHub; OAuth state is in memory, but for ``each_store``."""
    auth = github_auth()
    kind = getattr(request, "param", "memory")
    if kind == "sqlite":
        auth["persistence"] = sqlite(tmp_path)
    elif kind == "postgresql":
        auth["persistence"] = persistence(request.getfixturevalue("postgres").new_database())
    return Site(tmp_path / "site", auth)


@pytest.fixture
def provider() -> Iterator[Flask]:
    """Let the stand-in answer at GitHub's URLs."""
    with github() as app:
        yield app


@pytest.fixture
def app(site: Site, clock: Clock) -> Flask:
    """Return the site's application."""
    return site.app(clock)


@pytest.fixture
def visitor(app: Flask, provider: Flask) -> Visitor:
    """Return a person with a browser and a client."""
    return Visitor(app, provider)
