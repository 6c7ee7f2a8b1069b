"""The audit: each event is one line, said once, with who and why, and never a secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from mxcp_flask.app import create_app
from mxcp_flask.errors import FileNotWritable
from mxcp_flask.oauth import audit
from tests.support.account import enter, press
from tests.support.clock import Clock
from tests.support.leaks import Secrets, Walk
from tests.support.providers import TOKEN_ROUTES, identity_provider
from tests.support.site import CLIENT_SECRET, Site, github_auth
from tests.support.visitor import BASE, Visitor

EVENTS = re.findall(r"\w+_\w+", str(audit.__doc__).partition("Events::")[2].partition("Each line")[0])
OF_COMMANDS = {"state_copied", "state_restored"}  # tests/cli/state
PEOPLE = {"users": ["ada-fixture", "bo-fixture"]}
HOME = "127.0.0.1"
Line = tuple[str, dict[str, Any]]


class Reader:
    """Gives the lines that were added since the last look, without their request and their time, which must be now."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.clock = clock
        self.seen = 0

    def new(self) -> list[Line]:
        """Return event and facts of each new line."""
        lines = [json.loads(line) for line in self.path.read_text(encoding="ascii").splitlines()[self.seen :]]
        self.seen += len(lines)
        assert all(re.fullmatch("[0-9a-f]{16}", line.pop("request")) for line in lines)
        assert [datetime.fromisoformat(line.pop("time")).timestamp() for line in lines] == [self.clock()] * len(lines)
        return [(line.pop("event"), line) for line in lines]


@pytest.fixture
def provider(clock: Clock) -> Iterator[Flask]:
    """Let the stand-in answer, whose tokens end."""
    with identity_provider("github", clock) as app:
        app.config["EXPIRING"] = True
        yield app


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site that keeps an audit, and lets two of the three people in."""
    long = {"access_ttl": 90_000, "refresh_grace": 0}
    more = {"audit": {"path": str(tmp_path / "audit.jsonl")}, "authorization": {"allow": PEOPLE}, "tokens": long}
    return Site(tmp_path / "site", github_auth(limits={"calls_per_person": 20}, **more))


@pytest.fixture
def secrets(provider: Flask) -> Secrets:
    """Return the secrets; what our server sends to the provider is added as it passes by."""
    secrets = Secrets()
    secrets.add("secret at the provider", CLIENT_SECRET)

    @provider.before_request
    def overhear() -> None:
        for name in ("code_verifier", "refresh_token"):
            if request.form.get(name):
                secrets.add(f"{name} for the provider", request.form[name])
        if request.authorization is not None:
            secrets.add("provider's token", request.authorization.token)

    return secrets


@pytest.fixture
def walk(visitor: Visitor, provider: Flask, secrets: Secrets) -> Walk:
    """Return the walk."""
    return Walk(visitor, provider, secrets)


@pytest.fixture
def reader(app: Flask, tmp_path: Path, clock: Clock) -> Reader:  # noqa: ARG001 (it makes the file)
    """Return a reader of the audit."""
    return Reader(tmp_path / "audit.jsonl", clock)


def sign_in(walk: Walk, reader: Reader) -> tuple[str, dict[str, str], dict[str, Any]]:
    """Sign in with a client that may refresh; return the code, the grant's facts, and the token answer."""
    client = walk.register("client_secret_post", grant_types=["authorization_code", "refresh_token"])
    code = walk.code(client)
    answer = walk.exchange(code).get_json()
    for name in ("access_token", "refresh_token"):
        walk.secrets.add(name, answer[name])
    person = {"address": HOME, "client": client, "subject": "github:4711"}
    *before, (event, facts) = reader.new()
    assert before == [
        ("client_registered", {"address": HOME, "client": client, "name": "Notebook"}),
        ("consent_given", {"address": HOME, "client": client, "scope": "mxcp:access"}),
        ("signed_in", {**person, "username": "ada-fixture", "scope": "mxcp:access"}),
    ]
    assert (event, facts) == ("token_issued", {**person, "grant": facts["grant"]})
    return code, facts, answer


def end_by_refresh(walk: Walk, reader: Reader) -> None:
    """Refresh, and then use the old refresh token again."""
    _, facts, answer = sign_in(walk, reader)
    secret = walk.form["client_secret"]
    fresh = walk.visitor.refresh(facts["client"], answer["refresh_token"], client_secret=secret).get_json()
    for name in ("access_token", "refresh_token"):
        walk.secrets.add(name, fresh[name])
    assert reader.new() == [("token_refreshed", facts)]
    walk.refused(walk.visitor.refresh(facts["client"], answer["refresh_token"], client_secret=secret))
    assert reader.new() == [("refresh_token_reused", {**facts, "username": "ada-fixture"})]
    walk.refused(walk.visitor.refresh(facts["client"], fresh["refresh_token"], client_secret=secret))
    assert reader.new() == []


def end_by_replay(walk: Walk, reader: Reader) -> None:
    """Present a code twice, and a third time."""
    code, facts, _ = sign_in(walk, reader)
    walk.refused(walk.exchange(code))
    walk.refused(walk.exchange(code))
    assert reader.new() == [("code_replayed", {**facts, "username": "ada-fixture"})]


def end_by_revocation(walk: Walk, reader: Reader) -> None:
    """Revoke a token, and again."""
    _, facts, answer = sign_in(walk, reader)
    for _ in range(2):
        form = {**walk.form, "token": answer["refresh_token"]}
        assert walk.visitor.client.post("/revoke", data=form, base_url=BASE).status_code == 200
    assert reader.new() == [("token_revoked", {**facts, "username": "ada-fixture"})]


def end_by_provider(walk: Walk, reader: Reader, clock: Clock) -> None:
    """Need a new token of the provider, which says no."""
    _, facts, answer = sign_in(walk, reader)
    walk.provider.config["FAULTS"][TOKEN_ROUTES["github"]] = lambda: {"error": "bad_refresh_token"}
    clock.advance(28_800)
    walk.refused(walk.visitor.call(answer["access_token"], "ping"))
    walk.provider.config["FAULTS"].clear()
    assert reader.new() == [
        ("grant_ended", {**facts, "reason": "the provider ended it"}),
        (
            "request_refused",
            {
                "address": HOME,
                "subject": "github:4711",
                "path": "/mcp",
                "reason": "The access token is unknown, expired or revoked.",
            },
        ),
    ]


def fail_to_sign_in(walk: Walk, reader: Reader) -> None:
    """Decline here, decline there, and be somebody who may not come in."""
    client = walk.register("none")
    reader.new()
    walk.visitor.answer(walk.ask(client), "deny")
    assert reader.new() == [("consent_denied", {"address": HOME, "client": client})]
    walk.visitor.come_back(walk.callback(walk.approve(walk.ask(client)), decision="deny"))
    (given, (event, facts)) = reader.new()
    assert (given[0], event) == ("consent_given", "sign_in_failed")
    assert facts.pop("reason").startswith("GitHub reports that the sign-in was declined: access_denied")
    assert facts == {"address": HOME, "client": client}
    walk.refused(walk.visitor.come_back(walk.callback(walk.approve(walk.ask(client)), login="cy-fixture")))
    assert reader.new()[1:] == [
        ("person_refused", {"address": HOME, "client": client, "subject": "github:4713", "username": "cy-fixture"})
    ]


def end_on_the_account_page(walk: Walk, reader: Reader) -> None:
    """Sign in for the account page, and end all access there."""
    _, facts, _ = sign_in(walk, reader)
    enter(walk.visitor)
    person = {"address": HOME, "subject": "github:4711", "username": "ada-fixture"}
    assert reader.new() == [("account_opened", person)]
    press(walk.visitor, "end_all")
    assert reader.new() == [("grant_ended", {**facts, "username": "ada-fixture", "reason": "the person ended it"})]


def be_refused(walk: Walk, reader: Reader) -> None:
    """Call from elsewhere with a token that is none, and at a page with a state that is none."""
    walk.secrets.add("unknown token", "mx_at_unknown-to-everybody")
    for path in ("/mcp", "/github/callback?state=a-state-that-is-none&code=a-code-that-is-none"):
        walk.refused(
            walk.visitor.client.open(
                path,
                method="POST" if path == "/mcp" else "GET",
                headers={"Authorization": "Bearer mx_at_unknown-to-everybody"},
                environ_base={"REMOTE_ADDR": "2001:db8::7"},
                base_url=BASE,
            )
        )
    walk.secrets.add("unknown state", "a-state-that-is-none")
    walk.secrets.add("unknown code", "a-code-that-is-none")
    token = "The access token is unknown, expired or revoked."
    assert reader.new() == [
        ("request_refused", {"address": "2001:db8::7", "reason": token, "path": "/mcp"}),
        (
            "request_refused",
            {"address": "2001:db8::7", "reason": "Invalid state parameter.", "path": "/github/callback"},
        ),
    ]


def run_away(walk: Walk, reader: Reader, clock: Clock) -> None:
    """Call again and again."""
    _, facts, answer = sign_in(walk, reader)
    clock.advance(60)
    answers = [walk.visitor.call(answer["access_token"], "ping").status_code for _ in range(22)]
    assert answers == [200] * 20 + [429] * 2
    wait = 60 - int(clock()) % 60
    reason = f"Too many calls: a person may make 20 a minute here. Try again in {wait} seconds."
    expected = {"address": HOME, "subject": "github:4711", "client": facts["client"], "reason": reason}
    assert reader.new() == [("calls_refused", expected)]


def test_every_event(walk: Walk, reader: Reader, clock: Clock) -> None:
    """Each event of the audit is seen, once for each cause, with its facts; and no secret is among them."""
    end_by_refresh(walk, reader)
    end_by_replay(walk, reader)
    end_by_revocation(walk, reader)
    end_by_provider(walk, reader, clock)
    fail_to_sign_in(walk, reader)
    be_refused(walk, reader)
    end_on_the_account_page(walk, reader)
    run_away(walk, reader, clock)

    text = reader.path.read_text()
    assert {json.loads(line)["event"] for line in text.splitlines()} == set(EVENTS) - OF_COMMANDS
    assert len(EVENTS) == 17
    kinds = {name.rpartition(" ")[0] for name in walk.secrets.values}
    assert kinds >= {"access_token", "refresh_token", "code", "cookie", "client secret", "provider's token"}
    assert walk.secrets.seen_in([text]) == []


def test_audit_that_fails_stops_nobody(visitor: Visitor, reader: Reader, caplog: pytest.LogCaptureFixture) -> None:
    """When the file cannot be written any more, people still sign in, and the log has what the file lacks."""
    reader.path.unlink()
    reader.path.mkdir()

    assert visitor.whoami(visitor.get_token()) == "ada-fixture"
    missed = [record.getMessage() for record in caplog.records if record.name == "mxcp.audit"]
    assert len(missed) == 4
    assert all("could not write the audit line" in text for text in missed)


def test_audit_that_cannot_begin_stops_the_start(tmp_path: Path, site: Site) -> None:
    """A server whose audit cannot be written does not start."""
    site.configure(github_auth(audit={"path": str(tmp_path)}))

    with pytest.raises(FileNotWritable, match="Is a directory"):
        create_app(site.settings())
