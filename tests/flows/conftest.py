"""Fixtures for tests over real sockets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mxcp_flask.demo import servers
from tests.support import live


@pytest.fixture(scope="module")
def port() -> int:
    """Return the port that the module's server will have."""
    return servers.free_port()


@pytest.fixture(scope="module")
def provider_url(port: int) -> Iterator[str]:
    """Serve the stand-in for GitHub."""
    with live.stand_in(port) as url:
        yield url
