"""``mxcp serve``: what it refuses before it starts."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest

from mxcp_flask.cli.serve import AppMaker
from mxcp_flask.demo import servers
from tests.cli.conftest import Mxcp
from tests.support.site import Site, github_auth

BROKEN = "mxcp: 1\ntool: {name: broken, source: {code: 1}}\n"


def refuse(mxcp: Mxcp, *flags: str) -> str:
    """Run ``mxcp serve``, which must end with one line and exit code 1, and return that line."""
    result = mxcp("serve", *flags)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_state_in_memory_is_for_one_process(mxcp: Mxcp) -> None:
    """Several workers without persistence must be refused with what to configure."""
    assert "Configure 'persistence: {type: sqlite}'" in refuse(mxcp, "--workers", "2", "--readonly")


def test_a_read_write_database_is_for_one_process(mxcp: Mxcp, site: Site) -> None:
    """Several workers on a read-write database must be refused with both ways out."""
    site.configure(github_auth(persistence={"type": "sqlite", "path": "oauth.db"}))

    line = refuse(mxcp, "--workers", "2")

    assert "Run one worker process with threads, or open the database read-only" in line
    assert not list(site.project.glob("*.duckdb"))


def test_a_broken_endpoint_file_is_refused(mxcp: Mxcp, site: Site) -> None:
    """A project with a broken file must not be served by accident, and the line says what is wrong with it."""
    site.write("tools/broken.yml", BROKEN)

    line = refuse(mxcp)

    assert line.startswith(f"Error: 1 of the endpoint files cannot be loaded: {site.project}/tools/broken.yml")
    assert "mxcp validate" in line
    assert "--ignore-errors" in line


def test_a_state_file_that_cannot_be_is_refused(mxcp: Mxcp, site: Site) -> None:
    """A place where the OAuth database cannot be must be named before any worker starts."""
    path = site.project / "mxcp-site.yml" / "oauth.db"
    site.configure(github_auth(persistence={"type": "sqlite", "path": str(path)}))

    assert f"The OAuth database {path} cannot be used: " in refuse(mxcp)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_port_in_use_is_refused(mxcp: Mxcp, host: str) -> None:
    """An address at which another server listens must be one line that says so, at once."""
    with closing(socket.create_server((servers.HOST, 0))) as other:
        port = other.getsockname()[1]

        line = refuse(mxcp, "--host", host, "--port", str(port))

    assert line.startswith(f"Error: Cannot listen on {host}:{port}: Address already in use. Stop what listens there, ")


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no-such-host.invalid", "a" * 64 + ".example"])
def test_an_address_of_another_machine_is_refused(mxcp: Mxcp, host: str) -> None:
    """An address or name that this machine does not have must be named."""
    shown = f"[{host}]" if ":" in host else host

    assert refuse(mxcp, "--host", host, "--port", "8001").startswith(f"Error: Cannot listen on {shown}:8001: ")


def test_all_workers_sign_with_one_key(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one worker asked a person must count in every other, though there is no store that they share."""
    site.configure({"provider": "none"})
    monkeypatch.chdir(site.project)  # an application makes it its own; here both end with the test
    monkeypatch.setenv("MXCP_PROJECT", "")
    maker = AppMaker(site.settings, ignore_errors=False, debug=False, follow=False)

    keys = {maker.make().extensions["mxcp"].state_key for _ in range(2)}

    assert len(keys) == 1
