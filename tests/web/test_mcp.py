"""Tests of the MCP endpoint's HTTP side."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.site import Site, github_auth
from tests.support.visitor import BASE, Visitor

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
def test_both_paths_answer(open_client: FlaskClient, path: str) -> None:
    """Either spelling answers at once; a redirect would lose a POST's body in some clients."""
    answer = open_client.post(path, json=PING)

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.get_json() == {"jsonrpc": "2.0", "id": 1, "result": {}}


@pytest.mark.parametrize("path", ["/mcp//", "/mcp/x", "/x//mcp", "/MCP"])
def test_other_spellings_are_not_found(open_client: FlaskClient, path: str) -> None:
    """What is nearly the path is a JSON 404, not a redirect to it."""
    answer = open_client.post("/", json=PING, environ_overrides={"PATH_INFO": path})

    assert (answer.status_code, answer.mimetype) == (404, "application/json")


@pytest.mark.parametrize("path", ["/mcp", "/mcp/"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "PUT", "PATCH", "OPTIONS"])
def test_other_methods(open_client: FlaskClient, path: str, method: str) -> None:
    """There are no streams and no sessions: everything but POST is a 405 that names POST."""
    answer = open_client.open(path, method=method)

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "OPTIONS"])
def test_other_methods_need_a_token_first(client: FlaskClient, visitor: Visitor, method: str) -> None:
    """Who has no token learns that before anything else, and a signed-in client learns the method."""
    headers = {"Authorization": f"Bearer {visitor.get_token()}", "Host": "localhost:8000"}

    assert client.open("/mcp", method=method).status_code == 401
    assert client.open("/mcp", method=method, headers=headers).status_code == 405


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": NaN}', b"[" * 5000, b'"\\ud800"'])
def test_body_that_is_no_json(open_client: FlaskClient, body: bytes) -> None:
    """It is a JSON-RPC parse error with status 400."""
    answer = open_client.post("/mcp", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == -32700


def test_largest_message(open_client: FlaskClient) -> None:
    """Unless it is configured, a message may have 4 MiB; a larger one is a 413 that a client reads."""
    message, largest = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}', 4 * 1024 * 1024
    fits = open_client.post("/mcp", data=message.ljust(largest))
    over = open_client.post("/mcp", data=message.ljust(largest + 1))

    assert fits.status_code == 200
    assert over.status_code == 413
    assert over.get_json()["error"] == {"code": 413, "message": "The request is larger than 4194304 bytes."}


@pytest.mark.parametrize("path", ["/mcp", "/token", "/revoke", "/introspect", "/register", "/authorize"])
def test_largest_request_can_be_configured(tmp_path: Path, path: str) -> None:
    """``max_request_bytes`` bounds what every endpoint takes, announced or in chunks."""
    site = Site(tmp_path, github_auth() if path != "/mcp" else {}, max_request_bytes=2000)
    client = site.app().test_client()
    kind = {"content_type": "application/x-www-form-urlencoded", "base_url": BASE}
    chunked = {"environ_overrides": {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}}
    answers = [client.post(path, data=b"a=" + b"x" * 1999, **kind, **more) for more in ({}, chunked)]

    assert [answer.status_code for answer in answers] == [413, 413]
    assert all("The request is larger than 2000 bytes." in answer.text for answer in answers)
    assert client.post(path, data=b"a=" + b"x" * 1998, **kind).status_code in {400, 401}


def test_message_that_ends_early(open_client: FlaskClient) -> None:
    """The rest of a message that does not come is a 408."""
    answer = open_client.post("/mcp", data=b"{", environ_overrides={"CONTENT_LENGTH": "100"})

    assert answer.status_code == 408
    assert answer.get_json()["error"] == {"code": 408, "message": "The rest of the request did not come in time."}


def test_notification_has_no_body(open_client: FlaskClient) -> None:
    """A notification is accepted with an empty 202."""
    answer = open_client.post("/mcp", json={"jsonrpc": "2.0", "method": "notifications/initialized"})

    assert (answer.status_code, answer.data) == (202, b"")


def test_unknown_modern_method_is_404(open_client: FlaskClient) -> None:
    """The status that the MCP package chose is the answer's."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "resources/subscribe"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "resources/subscribe", "params": {"_meta": meta}}
    answer = open_client.post("/mcp", json=body, headers=headers)

    assert answer.status_code == 404
    assert answer.get_json()["error"]["code"] == -32601


def test_call_is_logged_with_its_person(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """The log says who called what."""
    token = visitor.get_token("bo-fixture")
    with caplog.at_level(logging.INFO, logger="mxcp.calls"):
        visitor.whoami(token)
    [line] = [record.getMessage() for record in caplog.records if record.name == "mxcp.calls"]

    assert line == (
        "authenticated call: user_id='4712' username='bo-fixture' provider='github' name='Bo Fixture' "
        "email='bo@example.org' method='tools/call' called='whoami'"
    )


def test_call_cannot_forge_a_log_line(visitor: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    """What a client makes up does not become a line of its own."""
    token = visitor.get_token()
    with caplog.at_level(logging.DEBUG):
        visitor.call(token, "tools/call", name="whoami\n2026 INFO forged", arguments={})
        visitor.call(token, "x\nforged")

    assert not any("\n" in record.getMessage() for record in caplog.records)
