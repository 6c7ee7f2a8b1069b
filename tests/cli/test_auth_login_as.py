"""``mxcp auth login --as``: somebody invented, without a browser, and nowhere but at a stand-in on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mxcp_flask.demo import servers
from mxcp_flask.demo.arriving import sign_in_as
from mxcp_flask.errors import SignInFailed
from tests.support import terminal
from tests.support.site import Site, github_auth
from tests.support.terminal import Person

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a project with a stand-in."""
    with terminal.served(tmp_path_factory.mktemp("served")) as site:
        yield site


@pytest.fixture
def somebody(served: Site, tmp_path: Path) -> Person:
    """Return somebody who knows the project."""
    return terminal.person(tmp_path / "home", served.project, MXCP_CONFIG=str(served.config))


def test_one_is_whom_one_names(somebody: Person) -> None:
    """Each person of the stand-in can be had, one after the other, with more scopes too."""
    for name in ("ada-fixture", "bo-fixture", "ada-fixture"):
        assert somebody.mxcp("auth", "login", "--as", name).exit_code == 0
        assert somebody.mxcp("call", "whoami").stdout == f"{name}\n"
    assert somebody.mxcp("auth", "login", "--as", "bo-fixture", "--scope", "mxcp:admin").exit_code == 0
    assert somebody.mxcp("call", "admin_only").stdout == "hello bo-fixture\n"


def test_a_name_that_nobody_has(somebody: Person) -> None:
    """The names that there are must be told."""
    refused = somebody.mxcp("auth", "login", "--as", "eve")

    assert refused.exit_code == 1
    assert "nobody here is called eve; it knows ada-fixture, bo-fixture, cy-fixture." in refused.stderr


def test_a_real_provider_is_not_asked(tmp_path: Path) -> None:
    """Where people sign in elsewhere, nothing may be sent there."""
    site = Site(tmp_path / "site", github_auth(), host=servers.HOST, port=servers.free_port())
    somebody = terminal.person(tmp_path / "home", site.project, MXCP_CONFIG=str(site.config))
    site.environ["MXCP_PROJECT"] = str(site.project)

    with terminal.serving(site):
        refused = somebody.mxcp("auth", "login", "--as", "ada-fixture")

    assert refused.exit_code == 1
    assert "https://github.com is not on this machine, as mxcp demo is; leave out --as." in refused.stderr


def test_nothing_leaves_this_machine() -> None:
    """An address elsewhere must be refused before it is opened."""
    with pytest.raises(SignInFailed, match=r"https://mcp\.example\.com is not on this machine"):
        sign_in_as("ada-fixture", "https://mcp.example.com/authorize?client_id=x")


def test_nobody_answers() -> None:
    """A server that is gone must be one line."""
    with pytest.raises(SignInFailed, match="refused"):
        sign_in_as("ada-fixture", f"http://{servers.HOST}:{servers.free_port()}/authorize")


def test_a_page_that_asks_nothing(served: Site) -> None:
    """An error page in the consent page's place must be told by its status."""
    base = terminal.base_of(served)

    with pytest.raises(SignInFailed, match=rf"{base} answered with status 4\d\d"):
        sign_in_as("ada-fixture", f"{base}/authorize?client_id=nobody")


def test_pages_that_lead_in_circles() -> None:
    """Redirects without end must end."""
    from flask import Flask, redirect

    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: redirect("/"), endpoint="round")
    with servers.serve_app(app) as base, pytest.raises(SignInFailed, match="lead on and on"):
        sign_in_as("ada-fixture", base)
