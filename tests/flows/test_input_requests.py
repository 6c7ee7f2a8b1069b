"""A tool that asks the person first, from its YAML file to the row in the database, through the whole application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mxcp_flask.app import create_app, renew_app
from tests.support.clock import Clock
from tests.support.site import Site, each_store
from tests.support.visitor import Visitor

VERSION = "2026-07-28"
BOOK = """\
mxcp: 1
tool:
  name: book
  description: Books a night
  parameters: [{name: night, type: string, format: date}]
  input_requests:
    - name: agreed
      elicitation:
        message: "Book {{ night }} for good?"
        properties: {sure: {type: boolean}, note: {type: string, maxLength: 20}}
        required: [sure]
  return: {type: string}
  source:
    code: SELECT get_username() || ' ' || $night || ' ' || ($agreed::JSON ->> 'note')
"""
ARGUMENTS = {"night": "2026-07-28"}
ANSWER = {"agreed": {"action": "accept", "content": {"sure": True, "note": "at last"}}}


@pytest.fixture
def site(site: Site) -> Site:
    """Add the tool that asks."""
    site.write("tools/book.yml", BOOK)
    return site


def book(app: Flask, token: str | None = None, **params: Any) -> TestResponse:
    """Call the tool over HTTP, as whom ``token`` says."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": VERSION,
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
    }
    body = {"name": "book", "arguments": ARGUMENTS, "_meta": meta, **params}
    headers = {"MCP-Protocol-Version": VERSION, "Mcp-Method": "tools/call", "Mcp-Name": "book"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": body}
    return app.test_client().post("/mcp", json=message, headers=headers, base_url="http://localhost:8000")


def asked(answer: TestResponse) -> str:
    """Return the state of an answer that asks."""
    result = answer.get_json()["result"]
    assert result["resultType"] == "input_required", result
    state: str = result["requestState"]
    return state


def said(answer: TestResponse) -> str:
    """Return the text of a result."""
    text: str = answer.get_json()["result"]["content"][0]["text"]
    return text


@each_store
def test_the_person_is_asked_first(app: Flask, visitor: Visitor) -> None:
    """The form must be the file's, filled in, and the SQL must get its answer and the person's name."""
    token = visitor.get_token()
    answer = book(app, token)
    question = answer.get_json()["result"]["inputRequests"]["agreed"]["params"]
    assert question["message"] == "Book 2026-07-28 for good?"
    assert question["requestedSchema"]["required"] == ["sure"]

    done = book(app, token, inputResponses=ANSWER, requestState=asked(answer))

    assert said(done) == "ada-fixture 2026-07-28 at last"


def test_a_state_is_its_persons_own(app: Flask, visitor: Visitor) -> None:
    """Neither another person, nor another client of the same one, may use it."""
    state = asked(book(app, visitor.get_token()))

    for other in (visitor.get_token("grace-fixture"), visitor.get_token()):
        refused = book(app, other, inputResponses=ANSWER, requestState=state)
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (400, -32602)


@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_processes_that_share_the_store_share_states(site: Site, app: Flask, visitor: Visitor) -> None:
    """A second process, or the server after a restart, must go on where the first one asked."""
    token = visitor.get_token()
    state = asked(book(app, token))

    assert said(book(site.app(), token, inputResponses=ANSWER, requestState=state)).startswith("ada-fixture")


def test_without_a_store_the_key_is_given(tmp_path: Path) -> None:
    """Processes without sign-in must agree when they are given the same key, and not otherwise."""
    site = Site(tmp_path, {"provider": "none"})
    site.write("tools/book.yml", BOOK)
    one, two, other = (create_app(site.settings(), clock=Clock(), state_key=key * 32) for key in (b"a", b"a", b"b"))
    state = asked(book(one))

    assert book(two, inputResponses=ANSWER, requestState=state).status_code == 200
    assert book(other, inputResponses=ANSWER, requestState=state).status_code == 400


def test_a_reload_keeps_states(tmp_path: Path) -> None:
    """What a person was asked before the files were read anew must still count."""
    site = Site(tmp_path, {"provider": "none"})
    site.write("tools/book.yml", BOOK)
    app = site.app()
    state = asked(book(app))

    assert book(renew_app(app, site.settings()), inputResponses=ANSWER, requestState=state).status_code == 200
