"""``mxcp auth clients``, ``grants``, ``revoke`` and ``sweep``, beside a server that runs."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.cli.conftest import Mxcp
from tests.contracts.store.samples import CLIENT, CODE, GRANT, USER
from tests.support import live
from tests.support.clock import Clock
from tests.support.site import Site, github_auth
from tests.support.visitor import REDIRECT_URI, Visitor

CONFIGURED = {"client_id": "desk", "name": "Desk", "redirect_uris": [REDIRECT_URI]}
ADA, BO = "github:4711", "github:4712"
COPIES = [["backup", "file"], ["restore", "file", "--keep-grants"]]
COMMANDS = [["clients"], ["grants"], ["revoke", "--all"], ["sweep"], ["rotate-keys"], *COPIES]
HOSTILE = "a\x1b[2Kb\r\nc\u202ed\u2028e\ud800f"


@pytest.fixture
def site(site: Site, tmp_path: Path) -> Site:
    """Return the project with state in a file, a configured client and an audit."""
    sqlite = {"type": "sqlite", "path": str(tmp_path / "oauth.db")}
    audit = {"path": str(tmp_path / "audit.jsonl")}
    site.configure(github_auth(persistence=sqlite, clients=[CONFIGURED], audit=audit))
    return site


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the server: the commands have the real time."""
    return Clock(time.time())


def result(mxcp: Mxcp, *arguments: str) -> Any:
    """Return the result of ``mxcp auth``, in JSON."""
    ran = mxcp("auth", *arguments, "--json-output")
    assert (ran.exit_code, ran.stderr) == (0, "")
    answer = json.loads(ran.stdout)
    assert answer["status"] == "ok"
    return answer["result"]


def lives(visitor: Visitor, token: str) -> bool:
    """Tell whether the running server takes ``token``."""
    return visitor.call(token, "ping").status_code == 200


def sign_in_configured(visitor: Visitor, login: str = "ada-fixture") -> str:
    """Sign in with the configured client, and return an access token."""
    code = visitor.sign_in("desk", login)["code"]
    token: str = visitor.exchange("desk", code).get_json()["access_token"]
    visitor.at_provider.delete_cookie("stand_in_github")
    return token


def get_tokens(visitor: Visitor, login: str) -> tuple[str, str]:
    """Sign in with a client of its own, and return its identifier and an access token."""
    client_id, tokens = visitor.get_tokens(login)
    visitor.at_provider.delete_cookie("stand_in_github")  # the next person has a browser of their own
    return client_id, tokens["access_token"]


def test_clients(mxcp: Mxcp, visitor: Visitor, clock: Clock) -> None:
    """Configured clients come first, then registered ones, with when they registered and were used last."""
    client_id, _ = get_tokens(visitor, "ada-fixture")
    desk, registered = result(mxcp, "clients")

    assert desk == {
        "client_id": "desk",
        "name": "Desk",
        "kind": "configured",
        "redirect_uris": [REDIRECT_URI],
        "registered_at": None,
        "last_used_at": None,
    }
    assert (registered["client_id"], registered["kind"]) == (client_id, "registered")
    assert registered["registered_at"] == registered["last_used_at"]
    assert registered["last_used_at"].startswith(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(clock())))
    lines = mxcp("auth", "clients").stdout.splitlines()
    assert lines[0] == f"client_id=desk  name=Desk  kind=configured  redirect_uris={REDIRECT_URI}"
    assert lines[1].startswith(f"client_id={client_id}  name=Unnamed client  kind=registered  ")
    assert lines[2:] == ["2 found"]


def test_client_of_a_document(mxcp: Mxcp, app: Flask) -> None:
    """A client that describes itself is told from one that registered."""
    document = replace(CLIENT, client_id="https://app.example/c.json", name="App", fresh_until=1)
    app.extensions["mxcp"].oauth.store.put_client(document)

    assert result(mxcp, "clients")[1]["kind"] == "document"


def test_grants(mxcp: Mxcp, visitor: Visitor) -> None:
    """Every live grant is listed, and those of a client, of a person, or of both."""
    sign_in_configured(visitor)
    sign_in_configured(visitor, "bo-fixture")
    client_id, _ = get_tokens(visitor, "bo-fixture")

    def found(*filters: str) -> list[tuple[str, str]]:
        return sorted((grant["client_id"], grant["person"]) for grant in result(mxcp, "grants", *filters))

    assert found() == sorted([("desk", ADA), ("desk", BO), (client_id, BO)])
    assert found("--client", "desk") == [("desk", ADA), ("desk", BO)]
    assert found("--person", BO) == sorted([("desk", BO), (client_id, BO)])
    assert found("--client", "desk", "--person", BO) == [("desk", BO)]
    assert found("--client", "nobody") == found("--person", "bo-fixture") == []
    lines = mxcp("auth", "grants", "--person", ADA).stdout.splitlines()
    assert "  client_id=desk  person=github:4711  username=ada-fixture  scope=mxcp:access  since=" in lines[0]
    assert lines[1:] == ["1 found"]


@pytest.mark.parametrize(
    ("option", "dead", "removed"),
    [
        ("--client={bos}", {"bos"}, True),
        ("--client=desk", {"desk"}, False),
        (f"--person={ADA}", {"desk"}, False),
        ("--grant={grant}", {"desk"}, False),
        ("--all", {"desk", "bos"}, False),
        ("--person=github:0", set(), False),
        ("--client=nobody", set(), False),
        ("--grant=nothing", set(), False),
    ],
)
def test_revoke(mxcp: Mxcp, visitor: Visitor, option: str, dead: set[str], removed: bool) -> None:
    """What is named ends at once for the server that runs, and nothing else does."""
    desks = sign_in_configured(visitor)
    client_id, bos = get_tokens(visitor, "bo-fixture")
    (grant,) = result(mxcp, "grants", "--client", "desk")
    answer = result(mxcp, "revoke", option.format(bos=client_id, grant=grant["grant"]))

    assert answer == {"revoked": len(dead), "client_removed": removed}
    assert {name for name, token in (("desk", desks), ("bos", bos)) if not lives(visitor, token)} == dead
    assert len(result(mxcp, "grants")) == 2 - len(dead)


def test_revoked_client_must_register_anew(mxcp: Mxcp, visitor: Visitor) -> None:
    """A registered client is gone with its grants; a configured one can be used again."""
    client_id, tokens = visitor.get_tokens()
    ran = mxcp("auth", "revoke", "--client", client_id)

    assert (ran.exit_code, ran.stdout) == (0, "revoked: 1, client removed: True\n")
    answer = visitor.refresh(client_id, tokens["refresh_token"])
    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    mxcp("auth", "revoke", "--client", "desk")
    assert lives(visitor, sign_in_configured(visitor))


@pytest.mark.parametrize("options", [[], ["--all", "--client=desk"], [f"--person={ADA}", "--grant=x"]])
def test_revoke_needs_exactly_one(mxcp: Mxcp, options: list[str]) -> None:
    """Nothing is revoked on a command that could mean less than it says."""
    ran = mxcp("auth", "revoke", *options)

    assert ran.exit_code == 2
    assert "Name one of --client, --person, --grant and --all." in ran.stderr


def test_revocation_is_audited(mxcp: Mxcp, site: Site, visitor: Visitor, tmp_path: Path) -> None:
    """The audit has a line for each grant that an operator ended from another process, without an address."""
    get_tokens(visitor, "ada-fixture")
    (grant,) = result(mxcp, "grants")
    ran = live.run([*live.MXCP, "auth", "revoke", "--all"], site.environ)
    assert (ran.returncode, ran.stdout) == (0, "revoked: 1, client removed: False\n")
    line = json.loads((tmp_path / "audit.jsonl").read_text().splitlines()[-1])

    del line["time"]
    ended = {"client": grant["client_id"], "subject": ADA, "grant": grant["grant"]}
    assert line == {"event": "grant_ended", **ended, "reason": "operator"}


def test_sweep(mxcp: Mxcp, site: Site, provider: Flask) -> None:
    """What is over goes, with clients that nobody uses; what lives stays."""
    visitor = Visitor(site.app(Clock(time.time())), provider)
    token = visitor.get_token()
    past = Visitor(site.app(Clock(time.time() - 91 * 86_400)), provider)
    past.get_token()
    past.ask(past.authorization_request(past.register()["client_id"]))
    before = len(result(mxcp, "clients"))

    # Of the past: two requests, an access token, a code, their grant, two clients, and the hour of their registration.
    assert result(mxcp, "sweep") == {"deleted": 8}
    assert (before, len(result(mxcp, "clients"))) == (4, 2)
    assert mxcp("auth", "sweep").stdout == "deleted: 0\n"
    assert lives(visitor, token)


@pytest.mark.parametrize("command", COMMANDS)
def test_state_in_memory(mxcp: Mxcp, site: Site, command: list[str]) -> None:
    """Without a file there is nothing to reach, and the error says what to configure."""
    site.configure(github_auth())
    ran = mxcp("auth", *command)

    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == (
        "Error: OAuth state is in the memory of the running server. "
        "Configure 'persistence: {type: sqlite}' to reach it.\n"
    )


def test_hostile_names_are_harmless(mxcp: Mxcp, app: Flask) -> None:
    """Whatever a client or a person is called, a line stays a line, and nothing in it moves the cursor."""
    store, now = app.extensions["mxcp"].oauth.store, int(time.time())
    store.add_client(replace(CLIENT, name=HOSTILE, redirect_uris=(HOSTILE,)))
    store.add_grant(replace(GRANT, user=replace(USER, username=HOSTILE), expires_at=now + 60), CODE)

    for command in ("clients", "grants"):
        lines = mxcp("auth", command).stdout.split("\n")
        assert lines[-2:] == [f"{2 if command == 'clients' else 1} found", ""]
        assert len(lines) == (4 if command == "clients" else 3)
        assert all(line.isprintable() for line in lines)
        assert mxcp("auth", command, "--json-output").stdout.isascii()
    assert result(mxcp, "grants")[0]["username"] == HOSTILE


def test_an_error_is_json_too(mxcp: Mxcp, site: Site) -> None:
    """With --json-output state that cannot be reached must be JSON on standard output."""
    site.configure(github_auth())

    result = mxcp("auth", "grants", "--json-output")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["status"] == "error"
