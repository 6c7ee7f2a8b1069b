"""Servers of ours over real sockets, each with a stand-in for the provider that its people sign in with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mxcp_flask.demo import servers
from mxcp_flask.demo.identity_provider import DialectName
from tests.support import live
from tests.support.live_providers import StandIn, serving
from tests.support.site import Site


@dataclass(frozen=True)
class Place:
    """A server of ours at ``base``, and the stand-in that it sends people to."""

    base: str
    stand_in: StandIn


@contextmanager
def served(dialect: DialectName, folder: Path, **auth: object) -> Iterator[Place]:
    """Serve a project whose people sign in with the provider; ``auth`` adds to that section."""
    port = servers.free_port()
    with serving(dialect, f"http://{servers.HOST}:{port}") as stand_in:
        site = Site(folder, stand_in.auth(persistence=live.sqlite(folder), **auth))
        with servers.serve_project(site.project, site.config, port, site.environ) as base:
            yield Place(base, stand_in)
