"""What the operator is told of where the server is reached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mxcp_flask.cli.reached import base_of, callback_of, log_advice
from tests.cli.conftest import Mxcp
from tests.support.site import Site, github_auth


@pytest.mark.parametrize(
    ("transport", "base"),
    [
        ({}, "http://localhost:8000"),
        ({"host": "::1", "port": 9000}, "http://[::1]:9000"),
        ({"path_prefix": "/team"}, "http://localhost:8000/team"),
        ({"base_url": "https://mcp.example.org/team", "trust_proxy": True}, "https://mcp.example.org/team"),
        ({"scheme": "https"}, "https://<the proxy's host>"),
        ({"scheme": "https", "trust_proxy": True, "path_prefix": "/team"}, "https://<the proxy's host>/team"),
        ({"trust_proxy": ["10.0.0.1"]}, "<the proxy's URL>"),
        ({"scheme": "http"}, "http://localhost:8000"),
    ],
)
def test_where_it_is_reached(tmp_path: Path, transport: dict[str, Any], base: str) -> None:
    """What is configured is shown, and words where only a request can tell; the callback begins the same way."""
    settings = Site(tmp_path / "site", **transport).settings()

    assert base_of(settings.transport) == base
    assert callback_of(settings) == f"{base}/github/callback (to be registered at GitHub)"


def test_nobody_calls_back_without_sign_in(tmp_path: Path) -> None:
    """Without a provider there is no callback to show."""
    assert callback_of(Site(tmp_path / "site", {"provider": "none"}).settings()) is None


def test_advice_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each warning is a line of the log, with the file and the key."""
    site = Site(tmp_path / "site", github_auth(), host="0.0.0.0", trust_proxy=True)
    log_advice(site.settings())

    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert record.getMessage().startswith(f"{site.config}: transport.http.trust_proxy: true believes")


def test_validate_shows_advice(mxcp: Mxcp, site: Site) -> None:
    """``mxcp validate`` shows the same lines as warnings."""
    site.configure(github_auth(), base_url="https://mcp.example.org/mcp")
    result = mxcp("validate")

    assert result.exit_code == 0
    assert f"warning: {site.config}: transport.http.base_url: ends with /mcp" in result.stdout
    assert result.stdout.endswith("1 warning\n")
