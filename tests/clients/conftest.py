"""A real server for all clients, and somebody to sign in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mxcp_flask.demo import servers
from tests.clients.programs import Person
from tests.support import live


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a project with the tools ``whoami`` and ``admin_only``, whose people sign in at the stand-in."""
    port = servers.free_port()
    with live.stand_in(port) as provider_url:
        site = live.live_site(tmp_path_factory.mktemp("clients"), provider_url)
        with servers.serve_project(site.project, site.config, port, site.environ) as url:
            yield url


@pytest.fixture
def ada() -> Person:
    """Return Ada, who has not signed in anywhere."""
    return Person()
