"""Real servers for all clients, and somebody to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from tests.clients.people import ACCESS_SECONDS, Person
from tests.support import live

CONFORMANCE = {"client_id": "conformance", "name": "The suite", "redirect_uris": ["http://127.0.0.1/callback"]}


@contextmanager
def served(folder: Path, **auth: object) -> Iterator[str]:
    """Serve a project with the tools ``whoami`` and ``admin_only``, whose people sign in at the stand-in."""
    port = servers.free_port()
    with live.stand_in(port) as provider_url:
        site = live.live_site(folder, provider_url, **auth)
        with servers.serve_project(site.project, site.config, port, site.environ) as url:
            yield url


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve with a client that is configured: the suite's."""
    with served(tmp_path_factory.mktemp("clients"), clients=[CONFORMANCE]) as url:
        yield url


@pytest.fixture(scope="session")
def hasty_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve access tokens that live for a few seconds only, to those who call until they have ended."""
    no_limits = {"calls_per_person": 0, "calls_per_client": 0}
    folder = tmp_path_factory.mktemp("hasty")
    with served(folder, tokens={"access_ttl": ACCESS_SECONDS}, limits=no_limits) as url:
        yield url


@pytest.fixture
def ada() -> Person:
    """Return Ada, who has not signed in anywhere."""
    return Person()
