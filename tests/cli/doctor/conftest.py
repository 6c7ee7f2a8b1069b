"""A project in good health, and the doctor who looks at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import Result

from mxcp_flask.demo import servers
from tests.cli.conftest import Mxcp
from tests.support import live
from tests.support.site import Site, github_auth


class Surgery:
    """A project in good health, and the doctor."""

    def __init__(self, site: Site, mxcp: Mxcp, provider_url: str) -> None:
        self.site = site
        self.mxcp = mxcp
        self.port = servers.free_port()
        self.state = site.folder / "state" / "oauth.db"
        self.auth = github_auth(persistence={"type": "sqlite", "path": str(self.state)})
        self.auth["github"] |= live.urls_of(provider_url)
        self.set()

    def set(self, *, auth: dict[str, Any] | None = None, **transport: Any) -> None:
        """Configure the project; ``auth`` adds to that section."""
        self.auth |= auth or {}
        self.site.configure(self.auth, host=servers.HOST, **{"port": self.port, **transport})
        self.site.config.chmod(0o600)

    def examine(self, *flags: str, **environ: str | None) -> Result:
        """Run the doctor."""
        result = self.mxcp("doctor", *flags, **{"WEB_CONCURRENCY": None, **environ})
        assert not result.exception or isinstance(result.exception, SystemExit), result.exception
        return result

    def complaint(self, level: str = "fault", **environ: str | None) -> str:
        """Run the doctor, who must find one thing of this ``level``, and return its line."""
        result = self.examine(**environ)
        lines = [line for line in result.output.splitlines() if line.startswith(f"{level} ")]
        assert len(lines) == 1, result.output
        assert result.exit_code == (1 if level == "fault" else 0)
        return " ".join(lines[0].split())


@pytest.fixture(scope="module")
def provider_url() -> Iterator[str]:
    """Serve the stand-in for GitHub."""
    with live.stand_in(8000) as url:
        yield url


@pytest.fixture
def surgery(site: Site, mxcp: Mxcp, provider_url: str) -> Surgery:
    """Return the project and the doctor."""
    return Surgery(site, mxcp, provider_url)
