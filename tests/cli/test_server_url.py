"""Which server a command means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mxcp_flask.cli.server_url import server_url, url_of
from mxcp_flask.config.model import Transport
from mxcp_flask.demo import servers
from mxcp_flask.errors import MxcpError, RemoteUnknown
from mxcp_flask.remote.kept import SignedIn, SignIns
from tests.support import terminal
from tests.support.site import Site
from tests.support.terminal import Person


@pytest.fixture
def kept(tmp_path: Path) -> SignIns:
    """Return an empty place for sign-ins."""
    return SignIns(tmp_path / "sign-ins")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("https://h.example", "https://h.example/mcp"),
        ("https://h.example/", "https://h.example/mcp"),
        ("https://h.example/mcp", "https://h.example/mcp"),
        ("https://h.example/team/mcp/", "https://h.example/team/mcp"),
        ("HTTPS://H.example/Team", "https://h.example/Team"),
        ("http://[::1]:8000", "http://[::1]:8000/mcp"),
    ],
)
def test_a_named_server(kept: SignIns, given: str, meant: str) -> None:
    """A server may be named with or without its endpoint's path."""
    assert server_url(given, kept) == meant


@pytest.mark.parametrize(
    "given",
    ["h.example", "ftp://h.example", "https://", "https://a@h.example", "https://h:x", "https://h/?a", "https://h\n"],
)
def test_what_is_no_url(kept: SignIns, given: str) -> None:
    """What is none must be refused before anything is sent."""
    with pytest.raises(RemoteUnknown):
        server_url(given, kept)


@pytest.mark.parametrize(
    ("transport", "meant"),
    [
        (Transport(), "http://localhost:8000/mcp"),
        (Transport(host="0.0.0.0", port=81), "http://localhost:81/mcp"),
        (Transport(host="::"), "http://localhost:8000/mcp"),
        (Transport(base_url="https://h.example/team"), "https://h.example/team/mcp"),
        (Transport(path_prefix="/team"), "http://localhost:8000/team/mcp"),
    ],
)
def test_the_project_server(transport: Transport, meant: str) -> None:
    """It must be where people on this machine reach it."""
    assert url_of(transport) == meant


def test_behind_a_proxy_without_a_name() -> None:
    """Where only requests can tell the name, it must be asked for."""
    with pytest.raises(RemoteUnknown, match="behind a proxy"):
        url_of(Transport(trust_proxy=True))


def test_no_secret_of_the_project_is_needed(kept: SignIns, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only calls the server need not have what it needs to run; a fault in where it is must be told."""
    for name in ("MXCP_PROJECT", "MXCP_CONFIG", "HOME"):
        monkeypatch.setenv(name, {**site.environ, "MXCP_PROJECT": str(site.project)}[name])
    monkeypatch.delenv("GITHUB_CLIENT_SECRET", raising=False)
    site.configure({"provider": "nonsense"}, port=8123)
    assert server_url(None, kept) == "http://localhost:8123/mcp"

    site.configure({}, port="${NO_SUCH_VARIABLE}")
    with pytest.raises(MxcpError, match="NO_SUCH_VARIABLE"):
        server_url(None, kept)
    site.configure({}, port=0)
    with pytest.raises(MxcpError, match=r"transport\.http\.port"):
        server_url(None, kept)


def test_without_a_project(kept: SignIns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The only server that one is signed in to must be meant; of several, or none, it must be asked which."""
    monkeypatch.setenv("MXCP_PROJECT", str(tmp_path))
    with pytest.raises(RemoteUnknown, match="There is no project here"):
        server_url(None, kept)
    for name in ("a", "b"):
        url = f"https://{name}.example/mcp"
        kept.keep(SignedIn(url, "i", "t", None, "c", "", 0, None, "token"))
        if name == "a":
            assert server_url(None, kept) == url
    with pytest.raises(RemoteUnknown, match="You are signed in at 2"):
        server_url(None, kept)


@pytest.fixture
def nobody(site: Site, tmp_path: Path) -> Person:
    """Return somebody in a project whose server does not run."""
    site.configure({"provider": "none"}, port=servers.free_port())
    return terminal.person(tmp_path / "nobody", site.project, MXCP_CONFIG=str(site.config))


@pytest.mark.parametrize("command", [["call"], ["call", "whoami"], ["auth", "login", "--no-browser"]])
def test_a_server_that_does_not_run(nobody: Person, site: Site, command: list[str]) -> None:
    """The URL that was tried must be told, and how to name another, unless it was named."""
    url = f"http://localhost:{site.settings().transport.port}/mcp"
    hint = "(is the server running?). To ask another server, name it with --url.\n"

    for environ in ({}, {"MXCP_URL": url}):
        refused = nobody.mxcp(*command, **environ)
        assert (refused.exit_code, refused.stderr) == (
            1,
            f"Error: There is no answer from {url}: connection refused {hint}",
        )
    assert nobody.mxcp(*command, "--url", url).stderr.endswith("(is the server running?).\n")


@pytest.mark.parametrize("command", ["login", "logout", "status"])
def test_the_url_of_a_sign_in(nobody: Person, command: str) -> None:
    """Each command must take the URL as its argument and as --url, but not two."""
    typed = nobody.mxcp("auth", command, "http://127.0.0.1:1")
    named = nobody.mxcp("auth", command, "--url", "http://127.0.0.1:1")
    two = nobody.mxcp("auth", command, "http://127.0.0.1:1", "--url", "http://127.0.0.1:2")

    assert typed.output == named.output
    assert typed.exit_code == named.exit_code != 2
    assert two.exit_code == 2
    assert "Name one URL" in two.stderr


def test_an_argument_goes_before_the_environment(nobody: Person) -> None:
    """MXCP_URL names a server for good, and the argument another one for once."""
    environ = {"MXCP_URL": "http://127.0.0.1:2"}

    assert "http://127.0.0.1:2/mcp" in nobody.mxcp("auth", "login", **environ).stderr
    assert "http://127.0.0.1:1/mcp" in nobody.mxcp("auth", "login", "http://127.0.0.1:1", **environ).stderr


def test_the_status_of_one_server(nobody: Person) -> None:
    """With a URL only that server must be listed, and without one all of them."""
    kept = SignIns(nobody.home / ".mxcp" / "sign-ins")
    for name in ("a", "b"):
        kept.keep(SignedIn(f"https://{name}.example/mcp", "i", "t", None, "c", "", 0, None, "token"))

    def listed(*arguments: str) -> list[str]:
        answer = json.loads(nobody.mxcp("auth", "status", "--json-output", *arguments).stdout)
        return [each["url"] for each in answer["result"]]

    assert listed() == ["https://a.example/mcp", "https://b.example/mcp"]
    assert listed("https://b.example") == listed("--url", "https://b.example/mcp/") == ["https://b.example/mcp"]
    said = nobody.mxcp("auth", "status", "https://c.example").stdout
    assert said == "You are not signed in at https://c.example/mcp. mxcp auth login does that.\n"
