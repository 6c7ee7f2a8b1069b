"""The application for a host that starts it itself."""

from __future__ import annotations

import logging
import sys

import pytest

from mxcp_flask.cli.hosting import hosted_app
from mxcp_flask.errors import DatabaseShared, InMemoryStateShared, UnsetVariable
from tests.support.site import Site, github_auth


@pytest.fixture
def host(site: Site, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Give this process the site's variables, and no others of ours or gunicorn's."""
    for name in ("MXCP_PROFILE", "MXCP_DEBUG", "SERVER_SOFTWARE", "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in site.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(site.project)
    monkeypatch.setenv("MXCP_PROJECT", "")  # restored at the end, whatever is put there
    return monkeypatch


def as_gunicorn(host: pytest.MonkeyPatch, *flags: str) -> None:
    """Make this process look like gunicorn's, started with ``flags``."""
    host.setenv("SERVER_SOFTWARE", "gunicorn/23.0.0")
    host.setattr(sys, "argv", ["gunicorn", "wsgi:app", *flags])


@pytest.mark.usefixtures("host")
def test_the_project_is_served() -> None:
    """Any WSGI host must get the application of $MXCP_PROJECT, with its MCP endpoint behind the guard."""
    client = hosted_app().test_client()

    assert client.get("/ready").status_code == 200
    assert client.post("/mcp", base_url="http://localhost:8000").status_code == 401


def test_relative_paths_in_sql_start_at_the_project(host: pytest.MonkeyPatch, site: Site) -> None:
    """Wherever the host was started, an endpoint must find the project's files."""
    site.configure({"provider": "none"})
    site.write("data/numbers.csv", "n\n7\n")
    site.write("tools/read.yml", "mxcp: 1\ntool: {name: read, source: {code: FROM 'data/numbers.csv'}}\n")
    host.setenv("MXCP_PROJECT", str(site.project))
    host.chdir(site.folder)

    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "read"}}
    answer = hosted_app().test_client().post("/mcp", json=message, base_url="http://localhost:8000")

    assert answer.get_json()["result"]["content"][0]["text"] == '[{"n":7}]'


def test_one_gunicorn_worker_may_have_all_for_itself(host: pytest.MonkeyPatch) -> None:
    """State in memory and a read-write database must be served by one worker."""
    as_gunicorn(host, "-w", "1", "--threads", "8")

    assert hosted_app().test_client().get("/ready").status_code == 200


def test_two_gunicorn_workers_cannot_share_memory(host: pytest.MonkeyPatch) -> None:
    """The number of workers on gunicorn's command line must be seen before anything is served."""
    as_gunicorn(host, "-w", "2")

    with pytest.raises(InMemoryStateShared, match="2 worker processes"):
        hosted_app()


def test_two_gunicorn_workers_cannot_share_a_database(host: pytest.MonkeyPatch, site: Site) -> None:
    """The number of workers in a variable of gunicorn's must be seen too."""
    site.configure(github_auth(persistence={"type": "sqlite", "path": "oauth.db"}))
    as_gunicorn(host)
    host.setenv("GUNICORN_CMD_ARGS", "--workers=2")

    with pytest.raises(DatabaseShared, match="2 worker processes"):
        hosted_app()


def test_gunicorns_own_file_is_read(host: pytest.MonkeyPatch, site: Site) -> None:
    """The number of workers in gunicorn's configuration file must be seen too."""
    as_gunicorn(host, "-c", str(site.write("gunicorn.conf.py", "workers = 5\n")))

    with pytest.raises(InMemoryStateShared, match="5 worker processes"):
        hosted_app()


def test_another_hosts_arguments_are_not_gunicorns(host: pytest.MonkeyPatch) -> None:
    """Flask's own server has other arguments, which must not be read as gunicorn's."""
    host.setattr(sys, "argv", ["flask", "--app", "wsgi", "run", "-w", "2"])

    assert hosted_app().test_client().get("/health").status_code == 200


def test_an_error_reaches_the_host(host: pytest.MonkeyPatch) -> None:
    """A configuration that cannot be used must keep the host from starting."""
    host.delenv("GITHUB_CLIENT_SECRET")

    with pytest.raises(UnsetVariable, match="GITHUB_CLIENT_SECRET"):
        hosted_app()


@pytest.mark.parametrize(
    ("value", "level"),
    [("1", logging.DEBUG), ("true", logging.DEBUG), ("YES", logging.DEBUG), ("0", logging.INFO), ("", logging.INFO)],
)
def test_debug_is_a_variable(host: pytest.MonkeyPatch, value: str, level: int) -> None:
    """MXCP_DEBUG must switch our debug lines on, and only when it says so."""
    host.setenv("MXCP_DEBUG", value)

    hosted_app()

    assert logging.getLogger("mxcp").level == level
