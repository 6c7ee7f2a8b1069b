"""``mxcp auth login``, ``logout`` and ``status``, with a real server, a real browser process and a real provider."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import live, terminal
from tests.support.site import Site
from tests.support.terminal import Person

pytestmark = pytest.mark.slow
CLI = {
    "client_id": "cli",
    "name": "The command line",
    "client_secret": "a-secret-of-the-command-line",
    "redirect_uris": ["http://127.0.0.1/callback"],
    "grant_types": ["authorization_code", "refresh_token"],
    "scopes": ["mxcp:access"],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a project."""
    with terminal.served(tmp_path_factory.mktemp("served"), clients=[CLI]) as site:
        yield site


@pytest.fixture
def ada(served: Site, tmp_path: Path) -> Person:
    """Return somebody who knows the project, but none of its secrets."""
    return terminal.person(tmp_path / "ada", served.project, MXCP_CONFIG=str(served.config))


def test_a_person_signs_in_and_out(ada: Person, served: Site) -> None:
    """From no sign-in at all to a call as that person, and to tokens that no longer work."""
    url = f"{terminal.base_of(served)}/mcp"
    assert f"Run: mxcp auth login {url}" in ada.mxcp("call", "whoami").stderr

    done = ada.mxcp("auth", "login")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"Signed in at {url}\nScopes: mxcp:access\n")
    assert "Back to the terminal" in ada.page.read_text()
    assert ada.mxcp("call", "whoami").stdout == "ada-fixture\n"
    (entry,) = json.loads(ada.mxcp("auth", "status", "--json-output").stdout)["result"]
    assert (entry["url"], entry["scope"]) == (url, "mxcp:access")

    (file,) = (ada.home / ".mxcp" / "sign-ins").glob("*.json")
    kept = file.read_text()
    assert ada.mxcp("auth", "logout").stdout == f"Signed out of {url}\n"
    assert not file.exists()
    file.write_text(kept)
    file.chmod(0o600)
    assert "has ended" in ada.mxcp("call", "whoami").stderr


def test_the_file_is_private(ada: Person) -> None:
    """File and folder must be the person's alone, and a file that others can read must be refused."""
    ada.mxcp("auth", "login")
    folder = ada.home / ".mxcp" / "sign-ins"
    (file,) = folder.glob("*.json")

    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, file)] == [0o700, 0o600]
    file.chmod(0o644)
    refused = ada.mxcp("call", "whoami")
    assert refused.exit_code == 1
    assert f"chmod 600 {file}" in refused.stderr


def test_more_scopes_are_asked_for(ada: Person) -> None:
    """A call that needs another scope must say how to have it, and then work; no sign-in is left behind."""
    ada.mxcp("auth", "login")
    refused = ada.mxcp("call", "admin_only")
    assert refused.exit_code == 1
    assert "--scope 'mxcp:admin'" in refused.stderr

    assert ada.mxcp("auth", "login", "--scope", "mxcp:admin").exit_code == 0

    assert ada.mxcp("call", "admin_only").stdout == "hello ada-fixture\n"


def test_one_client_is_registered(ada: Person, served: Site) -> None:
    """Signing in again must use the registration from before, and end the sign-in from before."""

    def known() -> tuple[int, int]:
        found = [
            live.run([*live.MXCP, "auth", what, "--json-output"], served.environ) for what in ("clients", "grants")
        ]
        clients, grants = (json.loads(each.stdout)["result"] for each in found)
        return len(clients), len(grants)

    ada.mxcp("auth", "login")
    before = known()
    ada.mxcp("auth", "login")

    assert known() == before


def test_a_refusal_is_told(ada: Person) -> None:
    """Who does not agree must read so at once, in the terminal and in the browser."""
    ada.browse(consent="deny")

    refused = ada.mxcp("auth", "login", "--json-output")

    assert refused.exit_code == 1
    assert "access_denied" in json.loads(refused.stdout)["error"]
    assert "You were not signed in" in ada.page.read_text()
    assert ada.mxcp("auth", "status").stdout.startswith("You are not signed in")


def test_two_processes_refresh_once(ada: Person, served: Site) -> None:
    """With a token that has expired, commands at once must all work, and the sign-in go on."""
    ada.mxcp("auth", "login")
    (file,) = (ada.home / ".mxcp" / "sign-ins").glob("*.json")
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({**kept, "expires_at": 1}))

    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(lambda _: ada.process("call", "whoami"), range(3)))

    assert [each.stdout for each in ended] == ["ada-fixture\n"] * 3, [each.stderr for each in ended]
    assert json.loads(file.read_text())["refresh_token"] != kept["refresh_token"]
    assert ada.mxcp("call", "whoami").stdout == "ada-fixture\n"
    assert ada.mxcp("auth", "logout").exit_code == 0
    assert not served.project.joinpath(".mxcp").exists()


def test_a_server_that_is_down(ada: Person) -> None:
    """Signing out there must be refused, as the tokens would live on, unless it is forced."""
    ada.mxcp("auth", "login")
    (file,) = (ada.home / ".mxcp" / "sign-ins").glob("*.json")
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({**kept, "revocation_endpoint": "http://127.0.0.1:1/revoke"}))

    refused = ada.mxcp("auth", "logout")
    assert refused.exit_code == 1
    assert "--force forgets it" in refused.stderr
    assert ada.mxcp("auth", "logout", "--force").exit_code == 0
    assert not file.exists()
    assert ada.mxcp("auth", "logout").stdout == "You were not signed in.\n"


def test_without_a_browser(ada: Person) -> None:
    """--no-browser must print the address and how to reach it from elsewhere, and give up in time."""
    waited = ada.mxcp("auth", "login", "--no-browser", "--timeout", "1")

    assert waited.exit_code == 1
    assert "/authorize?response_type=code&client_id=" in waited.stderr
    forwards = r"http://[\w.]+:(\d+)/authorize.*first ssh -L (\d+):127.0.0.1:\2 -L \1:localhost:\1 to"
    assert re.search(forwards, waited.stderr, re.DOTALL)
    assert "nobody came back from the browser within 1 seconds" in waited.stderr
    assert not ada.page.exists()


def test_a_client_of_the_configuration(ada: Person) -> None:
    """Who names a client must be that one, with its secret, until the end of the sign-in."""
    named = {"MXCP_CLIENT_ID": "cli", "MXCP_CLIENT_SECRET": "a-secret-of-the-command-line"}
    assert ada.mxcp("auth", "login", **named).exit_code == 0
    (file,) = (ada.home / ".mxcp" / "sign-ins").glob("*.json")
    kept = json.loads(file.read_text())
    assert kept["client_id"] == "cli"
    file.write_text(json.dumps({**kept, "expires_at": 1}))

    assert ada.mxcp("call", "whoami").stdout == "ada-fixture\n"
    assert ada.mxcp("auth", "logout").exit_code == 0

    refused = ada.mxcp("auth", "login", **{**named, "MXCP_CLIENT_SECRET": "another"})
    assert refused.exit_code == 1
    assert "You were not signed in: " in refused.stderr
