"""A server on loopback, and a client that may reach it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mxcp_flask.outbound import Outbound
from tests.outbound.resolver import Resolver
from tests.outbound.server import NAME, make_certificate
from tests.support.sockets import refuse_connections


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Return the certificate and key of docs.test."""
    return make_certificate(tmp_path)


@pytest.fixture
def outbound(certificate: Path) -> Outbound:
    """Return a client that trusts docs.test and finds it on loopback."""
    return Outbound(resolve=Resolver(["127.0.0.1"]), allow_hosts={NAME}, ca_file=str(certificate))


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Return where connections were wanted to; none comes about."""
    return refuse_connections(monkeypatch)
