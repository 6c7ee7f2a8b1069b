"""How many calls a person, and a client, may make in a minute."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.config.model import Limits
from mxcp_flask.errors import StoreNotUsable
from mxcp_flask.store import MemoryStore
from tests.contracts.store.samples import race
from tests.support.clock import Clock
from tests.support.live import sqlite
from tests.support.site import Site, github_auth
from tests.support.visitor import BASE, Visitor

CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
NOTE = {"jsonrpc": "2.0", "method": "notifications/initialized"}


@pytest.fixture(params=["memory", "sqlite"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """Return a site with either store, where a person may make three calls a minute and a client five."""
    return Site(tmp_path / "site", limited(tmp_path, in_file=request.param == "sqlite"))


def limited(folder: Path, *, in_file: bool = False, person: int = 3, client: int = 5) -> dict[str, Any]:
    """Return an auth section with these limits, and an audit."""
    more: dict[str, Any] = {"persistence": sqlite(folder)} if in_file else {}
    limits = {"calls_per_person": person, "calls_per_client": client}
    return github_auth(limits=limits, audit={"path": str(folder / "audit.jsonl")}, **more)


def post(visitor: Visitor, token: str, body: Any, version: str = "2025-11-25") -> TestResponse:
    """Send ``body`` to the MCP endpoint."""
    headers = {"Authorization": f"Bearer {token}", "MCP-Protocol-Version": version}
    return visitor.client.post("/mcp", json=body, headers=headers, base_url=BASE)


def statuses(visitor: Visitor, token: str, calls: int) -> list[int]:
    """Make so many calls."""
    return [post(visitor, token, CALL).status_code for _ in range(calls)]


def refusals(folder: Path) -> list[dict[str, str]]:
    """Return the audit's lines about refused calls, without their time, address and request."""
    lines = [json.loads(line) for line in (folder / "audit.jsonl").read_text().splitlines()]
    kept = [line for line in lines if line["event"] in {"calls_refused", "request_refused"}]
    return [{key: line[key] for key in line if key not in {"time", "address", "client", "request"}} for line in kept]


def test_a_person_is_refused_until_the_next_minute(visitor: Visitor, clock: Clock) -> None:
    """The fourth call of a minute is refused with 429 and the seconds to wait, and the next minute is a new one."""
    token = visitor.get_token()
    assert statuses(visitor, token, 3) == [200] * 3
    clock.advance(18)
    answer = post(visitor, token, CALL)

    assert (answer.status_code, answer.mimetype, answer.headers["Retry-After"]) == (429, "application/json", "42")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "WWW-Authenticate" not in answer.headers
    assert answer.get_json() == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {
            "code": 429,
            "message": "Too many calls: a person may make 3 a minute here. Try again in 42 seconds.",
        },
    }
    clock.advance(42)
    assert statuses(visitor, token, 4) == [200] * 3 + [429]


def test_a_person_is_one_over_all_clients_and_sign_ins(visitor: Visitor) -> None:
    """Who signs in again, with another client, has what is left of the minute."""
    one, other = visitor.get_token(), visitor.get_token()

    assert statuses(visitor, one, 2) + statuses(visitor, other, 2) == [200, 200, 200, 429]


def test_another_person_is_not_touched(app: Flask, provider: Flask) -> None:
    """Each person has their own calls."""
    ada, bo = Visitor(app, provider), Visitor(app, provider)

    assert statuses(ada, ada.get_token(), 4) == [200] * 3 + [429]
    assert statuses(bo, bo.get_token("bo-fixture"), 3) == [200] * 3


def test_a_client_is_refused_whoever_uses_it(app: Flask, provider: Flask, tmp_path: Path) -> None:
    """A client's sixth call is refused, also for a person with calls left, who keeps them for other clients."""
    ada, bo = Visitor(app, provider), Visitor(app, provider)
    client_id = ada.register()["client_id"]
    tokens = [
        visitor.exchange(client_id, visitor.sign_in(client_id, login)["code"]).get_json()["access_token"]
        for visitor, login in ((ada, "ada-fixture"), (bo, "bo-fixture"))
    ]

    assert statuses(ada, tokens[0], 3) == [200] * 3
    assert statuses(bo, tokens[1], 5) == [200, 200, 429, 429, 429]
    assert statuses(bo, bo.get_token("bo-fixture"), 2) == [200, 429]
    assert [line["reason"].split(". ")[0] for line in refusals(tmp_path)] == [
        "Too many calls: a client may make 5 a minute here",
        "Too many calls: a person may make 3 a minute here",
    ]


def test_audit_has_one_line_a_minute(visitor: Visitor, clock: Clock, tmp_path: Path) -> None:
    """What runs away leaves one line a minute in the audit, and not one for each refused call."""
    token = visitor.get_token()
    statuses(visitor, token, 10)
    clock.advance(60)
    statuses(visitor, token, 10)

    line = {"event": "calls_refused", "subject": "github:4711"}
    reason = "Too many calls: a person may make 3 a minute here. Try again in 60 seconds."
    assert refusals(tmp_path) == [{**line, "reason": reason}] * 2


@pytest.mark.parametrize("method", ["tools/list", "resources/read", "prompts/get", "completion/complete", "ping", "x"])
def test_every_request_counts(visitor: Visitor, method: str) -> None:
    """Whatever is asked for, known or not, is a call."""
    token = visitor.get_token()
    answers = [visitor.call(token, method).status_code for _ in range(4)]

    assert answers[3] == 429
    assert 429 not in answers[:3]


def test_a_notification_is_no_call(visitor: Visitor) -> None:
    """What needs no answer is not counted."""
    token = visitor.get_token()

    assert [post(visitor, token, NOTE).status_code for _ in range(5)] == [202] * 5
    assert statuses(visitor, token, 3) == [200] * 3


def test_each_of_a_batch_counts(visitor: Visitor) -> None:
    """A batch that would be too much is refused as a whole and costs nothing; one that fits counts each request."""
    token = visitor.get_token()
    answers = [post(visitor, token, [CALL, NOTE] * count, "2025-03-26").status_code for count in (4, 2, 2, 1)]

    assert answers == [429, 200, 429, 200]


def test_no_limit(tmp_path: Path, provider: Flask) -> None:
    """0 is no limit."""
    visitor = Visitor(Site(tmp_path / "free", limited(tmp_path, person=0, client=0)).app(), provider)

    assert statuses(visitor, visitor.get_token(), 30) == [200] * 30


def test_defaults(tmp_path: Path) -> None:
    """Unless it is configured, a limit is one that only a loop meets: a hundred calls a second of one person."""
    limits = Site(tmp_path / "default").settings().auth.limits

    assert limits == Limits(calls_per_person=6_000, calls_per_client=60_000)


def test_threads_make_as_many_calls_as_allowed(app: Flask, provider: Flask) -> None:
    """Of eight calls at the same moment three are answered."""
    token = Visitor(app, provider).get_token()

    def call() -> int:
        return post(Visitor(app, provider), token, CALL).status_code

    assert sorted(race(call, racers=8)) == [200] * 3 + [429] * 5


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_servers_count_together(site: Site, clock: Clock, provider: Flask, tmp_path: Path) -> None:
    """Two applications on one store share the limit, and the audit's line about it."""
    visitors = [Visitor(site.app(clock), provider) for _ in range(2)]
    token = visitors[0].get_token()

    assert [statuses(visitor, token, 1) for visitor in visitors * 3] == [[200]] * 3 + [[429]] * 3
    assert len(refusals(tmp_path)) == 1


@pytest.mark.parametrize("site", ["memory"], indirect=True)
def test_a_store_that_cannot_count(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the store can be read and not written, who is signed in is answered, up to the limit of each process."""
    token = visitor.get_token()

    def refuse(*_: object) -> int:
        raise StoreNotUsable(path="/srv/oauth.db", reason="disk full")

    monkeypatch.setattr(MemoryStore, "count", refuse)

    assert statuses(visitor, token, 5) == [200] * 3 + [429] * 2


@pytest.mark.parametrize("site", ["memory"], indirect=True)
def test_a_store_that_cannot_be_read(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the store cannot be read either, a call is a 503 in an MCP client's words, which says when to come back."""
    token = visitor.get_token()

    def refuse(*_: object) -> None:
        raise StoreNotUsable(path="/srv/oauth.db", reason="it is gone")

    monkeypatch.setattr(MemoryStore, "find_token", refuse)
    answer = post(visitor, token, CALL)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    message = "The server cannot answer at the moment. Try again later."
    reference = {"reference": answer.headers["X-Request-ID"]}
    assert answer.get_json() == {
        "jsonrpc": "2.0", "id": None, "error": {"code": 503, "message": message, "data": reference},
    }  # fmt: skip
