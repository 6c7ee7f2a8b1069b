"""Each request's identifier, and its line in the access log."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from flask.testing import FlaskClient

from mxcp_flask.logs import request_id
from mxcp_flask.web.access import Followed
from tests.support.records import JsonLines, json_log
from tests.support.site import Site
from tests.support.visitor import Visitor

MADE = re.compile("[0-9a-f]{16}")
EVENTS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
STEPS = """\
mxcp: 1
tool:
  name: steps
  description: Tells what it does
  steps: [One, Two]
  source: {code: "SELECT 1; SELECT 2"}
"""


@pytest.fixture
def log() -> Iterator[JsonLines]:
    """Return the log."""
    with json_log() as lines:
        yield lines


@pytest.fixture
def proxied(tmp_path: Path) -> FlaskClient:
    """Return a client of a server that trusts the proxy at 10.0.0.1."""
    return Site(tmp_path / "proxied", trust_proxy=["10.0.0.1"]).app().test_client()


def ask(client: FlaskClient, peer: str, identifier: str) -> str:
    """Return the identifier of the answer to a request from ``peer`` that has ``identifier``."""
    answer = client.get("/", headers={"X-Request-ID": identifier}, environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == 200
    return answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/health", 200), ("/mcp", 401), ("/nowhere", 404), ("/token", 405)]
)
def test_every_answer_has_an_identifier(client: FlaskClient, path: str, status: int) -> None:
    """Whatever becomes of a request, its answer names it, and no two are named alike."""
    answers = [client.get(path) for _ in range(2)]
    identifiers = {answer.headers["X-Request-ID"] for answer in answers}

    assert {answer.status_code for answer in answers} == {status}
    assert len(identifiers) == 2
    assert all(MADE.fullmatch(identifier) for identifier in identifiers)


def test_refused_host_has_an_identifier_too(client: FlaskClient) -> None:
    """An answer that comes before any route is named as well."""
    assert MADE.fullmatch(client.get("/", headers={"Host": "evil.example"}).headers["X-Request-ID"])


@pytest.mark.parametrize("given", ["a", "4bf92f3577b34da6a3ce929d0e0e4736", "1-67891233-abcd", "x" * 128, "a+b/c=="])
def test_identifier_of_a_trusted_proxy(proxied: FlaskClient, given: str) -> None:
    """The proxy's log and ours call a request the same."""
    assert ask(proxied, "10.0.0.1", given) == given


@pytest.mark.parametrize("given", ["", " ", "a b", "x" * 129, "a,b", "é", "<b>", '"', "a\u2028b"])
def test_malformed_identifier(proxied: FlaskClient, given: str) -> None:
    """What could not stand in a log line as it is gets one of ours in its place."""
    assert MADE.fullmatch(ask(proxied, "10.0.0.1", given.encode().decode("latin-1")))


def test_identifier_of_a_stranger(proxied: FlaskClient, client: FlaskClient) -> None:
    """Nobody else chooses what a request is called, so that nobody can hide in another's lines."""
    assert MADE.fullmatch(ask(proxied, "10.0.0.2", "mine"))
    assert MADE.fullmatch(ask(client, "127.0.0.1", "mine"))


def test_line_of_a_call(visitor: Visitor, log: JsonLines) -> None:
    """The access line and the user line of a call have their facts as keys, and the same request."""
    token = visitor.get_token("bo-fixture")
    log.lines.clear()
    answer = visitor.call(token, "tools/call", name="whoami", arguments={})
    [call], [access] = log.of("mxcp.calls"), log.of("mxcp.access")

    assert {name: call[name] for name in ("message", "user_id", "username", "provider", "name", "email", "called")} == {
        "message": "authenticated call",
        "user_id": "4712",
        "username": "bo-fixture",
        "provider": "github",
        "name": "Bo Fixture",
        "email": "bo@example.org",
        "called": "whoami",
    }
    assert call["request"] == access["request"] == answer.headers["X-Request-ID"]
    assert access.pop("ms") >= 0
    facts = ("message", "level", "method", "path", "status", "bytes", "address")
    assert [access[name] for name in facts] == ["request", "INFO", "POST", "/mcp", 200, len(answer.data), "127.0.0.1"]


@pytest.mark.parametrize(
    "path", ["/authorize?client_id=secret", "/nowhere?code=secret", "/github/callback?code=secret"]
)
def test_query_is_never_logged(client: FlaskClient, log: JsonLines, path: str) -> None:
    """The path is logged, and nothing of the query."""
    client.get(path)

    [line] = log.of("mxcp.access")
    assert line["path"] == path.partition("?")[0]
    assert "secret" not in str(log.lines)


def test_address_behind_a_proxy(proxied: FlaskClient, log: JsonLines) -> None:
    """The address is the client's, where a trusted proxy says it."""
    proxied.get("/", headers={"X-Forwarded-For": "203.0.113.7"}, environ_base={"REMOTE_ADDR": "10.0.0.1"})

    assert log.of("mxcp.access")[0]["address"] == "203.0.113.7"


@pytest.mark.parametrize("path", ["/health", "/ready"])
def test_health_checks_are_quiet(client: FlaskClient, path: str) -> None:
    """What a load balancer asks every few seconds has its line at DEBUG only."""
    for level, count in ((logging.INFO, 0), (logging.DEBUG, 1)):
        with json_log(level) as lines:
            client.get(path)
        assert len(lines.of("mxcp.access")) == count


def test_level_that_hides_the_line(client: FlaskClient) -> None:
    """With a higher level there is no line, and the answer is named all the same."""
    with json_log(logging.WARNING) as lines:
        assert MADE.fullmatch(client.get("/").headers["X-Request-ID"])
    assert lines.lines == []


def test_answer_without_a_body(client: FlaskClient, log: JsonLines) -> None:
    """The answer to HEAD has no bytes."""
    client.head("/")

    assert [(line["method"], line["bytes"]) for line in log.of("mxcp.access")] == [("HEAD", 0)]


def test_streamed_answer(tmp_path: Path, log: JsonLines) -> None:
    """A streamed answer is logged at its end, with all its bytes."""
    site = Site(tmp_path / "open", {"provider": "none"})
    site.write("tools/steps.yml", STEPS)
    params = {"name": "steps", "arguments": {}, "_meta": {"progressToken": 1}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = site.app().test_client().post("/mcp", json=body, headers=EVENTS)
    assert answer.mimetype == "text/event-stream"
    whole = answer.data

    [line] = log.of("mxcp.access")
    assert (line["bytes"], line["request"]) == (len(whole), answer.headers["X-Request-ID"])


def told() -> Iterator[bytes]:
    """Give the identifier of the request, twice."""
    yield request_id.get().encode()
    yield request_id.get().encode()


def test_parts_are_made_under_the_identifier() -> None:
    """What a streamed answer logs belongs to its request, and what the thread does between the parts does not."""
    sizes: list[int] = []
    parts = Followed(told(), "3f2a", sizes.append)

    assert [next(parts), request_id.get()] == [b"3f2a", ""]
    assert (list(parts), sizes) == ([b"3f2a"], [8])
    parts.close()
    assert sizes == [8]


def test_client_that_leaves() -> None:
    """A stream that is given up is closed and recorded, with what was sent of it."""
    sizes: list[int] = []
    source = told()
    parts = Followed(source, "3f2a", sizes.append)
    next(parts)
    parts.close()

    assert (list(source), sizes) == ([], [4])


def test_every_line_of_a_failure(app: Flask, client: FlaskClient, log: JsonLines) -> None:
    """All lines of one request carry its identifier, and so do page and JSON, where the server is at fault."""

    def fail() -> NoReturn:
        raise ZeroDivisionError

    app.view_functions["pages.landing"] = app.view_functions["health.health"] = fail
    page, answer = client.get("/"), client.get("/health")

    named = page.headers["X-Request-ID"]
    assert f"reference <code>{named}</code>" in page.text
    assert [line["request"] for line in log.lines] == [named] * 3 + [answer.headers["X-Request-ID"]]
    assert answer.get_json()["reference"] == answer.headers["X-Request-ID"]
    assert request_id.get() == ""


def test_json_rpc_failure_has_the_reference(open_client: FlaskClient, log: JsonLines) -> None:
    """A model's user who reads out the reference leads the operator to the log line with the cause."""
    object.__setattr__(open_client.application.extensions["mxcp"].mcp._service, "listings", None)
    answer = open_client.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})

    error = answer.get_json()["error"]
    assert (error["code"], error["data"]) == (-32603, {"reference": answer.headers["X-Request-ID"]})
    [line] = log.of("mxcp.mcp")
    assert line["request"] == answer.headers["X-Request-ID"]
    assert "TypeError" in line["exception"]
