"""The composition, where it does more than put things together."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mxcp_flask.config.checks import OWN_SEGMENTS
from mxcp_flask.errors import DriverMissing
from tests.support.site import Site, github_auth


def test_a_plain_configuration_warns_of_nothing(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """What is in order is not talked about."""
    with caplog.at_level(logging.WARNING):
        site.app()

    assert caplog.records == []


def test_the_bounds_of_the_site_file_hold_over_http(tmp_path: Path) -> None:
    """The size of a page and of a result must be those of the site file."""
    site = Site(tmp_path, {"provider": "none"})
    bounds = "profiles: {dev: {duckdb: {max_bytes: 50, max_rows: 20}}}\npage_size: 2\n"
    site.write("mxcp-site.yml", f"mxcp: 1\nproject: demo\nprofile: dev\n{bounds}")
    client = site.app().test_client()

    def ask(method: str, **params: object) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return client.post("/mcp", json=message).get_json()["result"]

    def cut(count: int) -> Any:
        sql = f"SELECT i FROM range({count}) t(i)"
        return ask("tools/call", name="execute_sql_query", arguments={"sql": sql}).get("_meta")

    listed = ask("tools/list")
    assert len(listed["tools"]) == 2
    assert listed["tools"] != ask("tools/list", cursor=listed["nextCursor"])["tools"]
    assert cut(5) is None
    assert cut(10) == {"mxcp/cut": {"rows": 6, "limit": "max_bytes"}}


def test_no_route_can_be_a_callback(app: Flask) -> None:
    """The first segment of every route is one that a callback path may not have."""
    first = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()} - {"", "github"}

    assert first <= OWN_SEGMENTS


def test_postgresql_without_its_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where psycopg is not installed, the message says how to install it, and no password."""
    persistence = {"type": "postgresql", "url": "postgresql://mxcp:s3cr3t@db.invalid/mxcp", "encryption_keys": "k:x"}
    site = Site(tmp_path, github_auth(persistence=persistence))
    for name in ("mxcp_flask.store.postgres", "psycopg"):
        monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(DriverMissing, match=r"pip install 'mxcp-flask\[postgres\]'") as told:
        site.app()
    assert "s3cr3t" not in str(told.value)
